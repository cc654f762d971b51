import { throwIfAborted } from '@paretrain/core';
import { forkModule, type ForkedModule } from '../process/fork.ts';
import type { ReadyRun, RunAnswer, RunEvent, RunRequest } from './messages.ts';

const RUN_PROCESS = new URL(
  import.meta.url.endsWith('.ts') ? './run-process.ts' : './run-process.js',
  import.meta.url,
);

/** A process that has grown beyond this is replaced: the memory of a WASM module never shrinks. */
const MOST_BYTES_KEPT = 2 ** 30;

/**
 * Does runs one after the other in a process apart. It is kept from run to run, because starting one (loading TensorFlow.js, the plugins and
 * their compiled modules) takes longer than a small run; a new one is started for another backend, after a run that did not end well, and
 * when it has grown large.
 */
export class RunLane {
  #process: ForkedModule<RunRequest, RunEvent, RunAnswer> | null = null;
  #backend = '';

  /**
   * @throws what {@link ForkedModule.request} throws; the process has been ended then
   */
  async do(
    request: RunRequest,
    signal: AbortSignal,
    onEvent: (event: RunEvent) => void,
  ): Promise<RunAnswer['result']> {
    const child = await this.#processFor(request.run);
    throwIfAborted(signal);
    const abort = () => child.abort();
    signal.addEventListener('abort', abort);
    let keep = false;
    try {
      const { result, residentBytes } = await child.request(request, onEvent);
      keep = !result.failure && residentBytes <= MOST_BYTES_KEPT;
      return result;
    } finally {
      signal.removeEventListener('abort', abort);
      if (!keep) await this.close();
    }
  }

  async close(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    await child?.close();
  }

  async #processFor({
    planned: { backend },
  }: ReadyRun): Promise<ForkedModule<RunRequest, RunEvent, RunAnswer>> {
    if (this.#process && this.#backend !== backend) await this.close();
    this.#backend = backend;
    return (this.#process ??= forkModule<RunRequest, RunEvent, RunAnswer>(RUN_PROCESS));
  }
}
