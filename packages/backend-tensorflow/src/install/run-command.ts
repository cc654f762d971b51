import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { AbortedError, InstallationError } from '@paretrain/core';
import type { RunOptions } from './step.ts';

/** Enough for the line that says what was wrong. */
const KEPT_OUTPUT = 20_000;

/**
 * Runs a program to its end, its output appended to a log. When stopped, everything that it has started ends too.
 * @throws {InstallationError} with the telling line of its output, where it fails @throws {AbortedError} when stopped
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  {
    cwd,
    env = {},
    onLine,
    log,
    signal,
  }: RunOptions & { readonly log: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (signal?.aborted) throw new AbortedError();
  const file = createWriteStream(log, { flags: 'a' });
  file.write(`\n$ ${[command, ...args].join(' ')}\n`);
  // A process group of its own: compilers are grandchildren.
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd ? { cwd } : {}),
  });
  const stop = () => {
    try {
      process.kill(-child.pid!, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  };
  signal?.addEventListener('abort', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      file.write(`${line}\n`);
      output = `${output}${line}\n`.slice(-KEPT_OUTPUT);
      onLine?.(line);
    });
  }
  try {
    const ended = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, by) =>
        resolve(by ? `was ended by ${by}` : code === 0 ? '' : `ended with code ${code}`),
      );
    });
    if (signal?.aborted) throw new AbortedError();
    if (ended)
      throw new InstallationError(
        `${basename(command)} ${ended}${tellingLine(output)}; its output is in ${log}`,
      );
  } finally {
    signal?.removeEventListener('abort', stop);
    file.end();
    await finished(file);
  }
}

/** The first line that speaks of an error, or else the last one. */
function tellingLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((each) => /\berror\b/i.test(each)) ?? lines.at(-1);
  return line ? `: ${line}` : '';
}
