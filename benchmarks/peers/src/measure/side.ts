import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ParetrainError } from '@paretrain/core';

/** What a process is to do and where. */
export interface SideCommand {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Which core, counted from the last one (which serves fewest interrupts). Default 0. */
  readonly core?: number;
}

/** Milliseconds of one step. */
export interface StepTime {
  readonly wall: number;
  /** Of all threads of the process: what other programs took is left out. */
  readonly cpu: number;
}

/** Last characters of a process's errors that a message repeats. */
const ERROR_TAIL = 2000;

/**
 * One side of a comparison: a process, pinned to one core, that prints `{"ready": {...}}` and then answers each line with a number
 * of steps by `{"times": [[wall, cpu], ...]}`. The workers of src/workers and pytorch speak this.
 */
export class Side {
  /** What the process said of itself. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #messages: AsyncIterator<Message>;

  private constructor(
    process: ChildProcessByStdio<Writable, Readable, Readable>,
    messages: AsyncIterator<Message>,
    info: Readonly<Record<string, unknown>>,
  ) {
    this.#process = process;
    this.#messages = messages;
    this.info = info;
  }

  /**
   * Starts the process and waits until it is ready.
   * @throws {ParetrainError} when it ends before
   */
  static async start({ command, environment = {}, core = 0 }: SideCommand): Promise<Side> {
    const [program, ...args] = pinned(command, core);
    const started = spawn(program!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // One thread each; tfjs uses one anyway.
      env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', ...environment },
    });
    // A process that could not be started, or ended, is reported by its messages ending.
    started.stdin.on('error', () => undefined);
    const messages = messagesOf(started, command.join(' '));
    const first = await messages.next();
    return new Side(started, messages, (first.value as Message).ready ?? {});
  }

  /** Times of `count` steps. */
  async run(count: number): Promise<StepTime[]> {
    this.#process.stdin.write(`${count}\n`);
    const { value } = await this.#messages.next();
    return ((value as Message).times ?? []).map(([wall, cpu]) => ({ wall, cpu }));
  }

  /** Most bytes of memory that the process has held at once; null where the system does not say (only Linux does). */
  peakMemoryBytes(): number | null {
    try {
      const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
      const match = /^VmHWM:\s+(\d+) kB$/m.exec(status);
      return match ? Number(match[1]) * 1024 : null;
    } catch {
      return null;
    }
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin.end();
    await ended;
  }
}

interface Message {
  readonly ready?: Readonly<Record<string, unknown>>;
  readonly times?: readonly (readonly [wall: number, cpu: number])[];
}

/** Messages of a process; other lines are passed over. Throws when it ends, with its errors. */
async function* messagesOf(
  process: ChildProcessByStdio<Writable, Readable, Readable>,
  name: string,
): AsyncGenerator<Message, never> {
  let errors = '';
  process.stderr.on('data', (chunk) => (errors = `${errors}${chunk}`.slice(-ERROR_TAIL)));
  const lines = createInterface({ input: process.stdout });
  process.on('error', (error) => {
    errors += error.message;
    lines.close();
    process.stderr.destroy();
  });
  for await (const line of lines) {
    if (line.startsWith('{')) yield JSON.parse(line) as Message;
  }
  // What it printed last may still be on its way.
  await finished(process.stderr).catch(() => undefined);
  throw new ParetrainError('peer-process', `${name} ended early:\n${errors}`);
}

/** The command on one core, where the system can pin it. */
function pinned(command: readonly string[], core: number): readonly string[] {
  if (process.platform !== 'linux') return command;
  const cores = os.cpus().length;
  return ['taskset', '-c', String(Math.max(0, cores - 1 - core)), ...command];
}

/** Starts sides, hands them to `work` and ends them, whatever happens. */
export async function withSides<T>(
  commands: readonly SideCommand[],
  work: (...sides: Side[]) => Promise<T>,
): Promise<T> {
  const sides: Side[] = [];
  try {
    for (const command of commands) sides.push(await Side.start(command));
    return await work(...sides);
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}
