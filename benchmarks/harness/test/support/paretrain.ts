import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

export const BIN = fileURLToPath(new URL('../../bin/paretrain.mjs', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** What a command answered. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Finished extends Answer {
  readonly signal: NodeJS.Signals | null;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Finished>;
}

/** A temporary folder with results and a cache of its own. */
export interface Sandbox {
  readonly directory: string;
  readonly results: string;
  /** Starts the command line in a process group of its own. */
  start(args: readonly string[]): Started;
  run(args: readonly string[]): Promise<Finished>;
  /** The same in this process, which loads everything once; for commands that nobody stops. */
  runHere(args: readonly string[]): Promise<Answer>;
  remove(): Promise<void>;
}

/**
 * @param cache folder for generated data, shared between sandboxes to save time
 * @param workspace folder to run in; default: this repository
 */
export async function makeSandbox(cache?: string, workspace = ROOT): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), 'paretrain-harness-'));
  const results = join(directory, 'results');
  const start = (args: readonly string[]): Started => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: workspace,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PARETRAIN_CACHE_DIR: cache ?? join(directory, 'cache') },
    });
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Finished>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { process: child, ended };
  };
  return {
    directory,
    results,
    start,
    run: (args) => start(args).ended,
    runHere: (args) => runHere(args, workspace, cache ?? join(directory, 'cache')),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function runHere(args: readonly string[], workspace: string, cache: string): Promise<Answer> {
  const { paretrain } = await import('../../src/paretrain.ts');
  const before = process.cwd();
  const printed = { stdout: '', stderr: '' };
  const keep = (stream: 'stdout' | 'stderr') =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += String(text);
      return true;
    });
  const spies = [keep('stdout'), keep('stderr')];
  const cacheBefore = process.env['PARETRAIN_CACHE_DIR'];
  process.env['PARETRAIN_CACHE_DIR'] = cache;
  process.chdir(workspace);
  try {
    await paretrain([...args]);
    return { code: Number(process.exitCode ?? 0), ...printed };
  } finally {
    process.exitCode = undefined;
    process.chdir(before);
    if (cacheBefore === undefined) delete process.env['PARETRAIN_CACHE_DIR'];
    else process.env['PARETRAIN_CACHE_DIR'] = cacheBefore;
    for (const spy of spies) spy.mockRestore();
  }
}

/** Ends a command and everything it started, as a power cut would. */
export function killGroup({ process: child }: Started, signal: NodeJS.Signals = 'SIGKILL'): void {
  process.kill(-child.pid!, signal);
}

/** Whether any process that a command started is still there. */
export function groupLives({ process: child }: Started): boolean {
  try {
    process.kill(-child.pid!, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + 1000 * seconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so after ${seconds} s: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
