import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AbortedError } from '@paretrain/core';

/** Messages that a child sends while it works on a request. */
export type ChildMessage<Event, Response> =
  | { readonly type: 'event'; readonly id: number; readonly event: Event }
  | { readonly type: 'response'; readonly id: number; readonly response: Response }
  | { readonly type: 'error'; readonly id: number; readonly name: string; readonly message: string };

/** Messages that a parent sends. */
export type ParentMessage<Request> =
  { readonly type: 'request'; readonly id: number; readonly request: Request } | { readonly type: 'abort' };

/** A process of this program that answers requests, one at a time. */
export interface ForkedModule<Request, Event, Response> {
  readonly pid: number | undefined;
  /**
   * @throws the child's error (its name kept), {@link AbortedError} after an abort, or {@link ChildEndedError} when the
   * process ended without an answer
   */
  request(request: Request, onEvent?: (event: Event) => void): Promise<Response>;
  /** Asks the child to stop its work in an orderly way; its request fails with {@link AbortedError}. */
  abort(): void;
  /** Ends the process. */
  close(): Promise<void>;
}

/** The child process ended before it answered: killed, out of memory, or crashed. */
export class ChildEndedError extends Error {
  constructor(code: number | null, signal: NodeJS.Signals | null, output: string) {
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    const tail = output.trim() ? `; its last output: ${output.trim().split('\n').slice(-3).join(' | ')}` : '';
    super(`the process ${how} before it finished${tail}`);
    this.name = 'ChildEndedError';
  }
}

/** An error that a child reported. */
class ChildError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const KEPT_OUTPUT = 4000;
const TYPESCRIPT = new URL('../../bin/typescript.mjs', import.meta.url);

/**
 * Starts a module of this package in a process of its own: from its TypeScript source in the monorepo (through tsx),
 * from `dist` when published. The module calls `serve` (serve.ts). It ends when this process does.
 */
export function forkModule<Request, Event, Response>(module: URL): ForkedModule<Request, Event, Response> {
  const path = fileURLToPath(module);
  const child = fork(path, {
    execArgv: path.endsWith('.ts') ? ['--import', TYPESCRIPT.href] : [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const output = keepOutput(child);
  const exited = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => resolve(new ChildEndedError(code, signal, output())));
  });
  let lastId = 0;
  let aborted = false;
  return {
    get pid() {
      return child.pid;
    },
    request(request, onEvent) {
      const id = ++lastId;
      return new Promise<Response>((resolve, reject) => {
        const listen = (message: ChildMessage<Event, Response>) => {
          if (message.id !== id) return;
          if (message.type === 'event') return onEvent?.(message.event);
          child.off('message', listen);
          if (message.type === 'response') resolve(message.response);
          else if (message.name === 'AbortedError') reject(new AbortedError(message.message));
          else reject(new ChildError(message.name, message.message));
        };
        child.on('message', listen);
        void exited.then((error) => reject(aborted ? new AbortedError() : error));
        send(child, { type: 'request', id, request });
      });
    },
    abort() {
      aborted = true;
      send(child, { type: 'abort' });
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

function send(child: ChildProcess, message: ParentMessage<unknown>): void {
  // A child that has just ended is reported through its exit, not through a failed send.
  if (child.connected) child.send(message as object, () => undefined);
}

/** Keeps the end of what a child prints, for the message when it crashes. */
function keepOutput(child: ChildProcess): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      kept = (kept + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    });
  }
  return () => kept;
}
