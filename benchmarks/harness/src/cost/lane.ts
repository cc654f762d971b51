import { AbortedError, throwIfAborted } from '@paretrain/core';
import { lossNetworkFolders } from '../folders.ts';
import { forkModule, type ForkedModule } from '../process/fork.ts';
import type { RunFolders } from '../run/messages.ts';
import type { CostCell } from './cell.ts';
import type { CostRequest, CostResponse, CostResponses, FinishedCell, OpenedCell } from './messages.ts';

const COST_PROCESS = new URL(
  import.meta.url.endsWith('.ts') ? './cost-process.ts' : './cost-process.js',
  import.meta.url,
);

/** The process of one cell, or of a backend's matrix product, while it is measured. Once it has failed it does nothing. */
export class Lane {
  readonly cell: CostCell | null;
  readonly backend: string;
  /** Milliseconds of the steps, round by round. */
  readonly rounds: number[][] = [];
  opened: OpenedCell | null = null;
  finished: FinishedCell | null = null;
  error: string | null = null;
  readonly #child: ForkedModule<CostRequest, never, CostResponse>;
  readonly #signal: AbortSignal;

  /** @param cell null for the matrix product */
  constructor(backend: string, cell: CostCell | null, signal: AbortSignal) {
    this.backend = backend;
    this.cell = cell;
    this.#signal = signal;
    this.#child = forkModule(COST_PROCESS);
  }

  /** For progress: "I-I-PW z 64 on wasm". */
  get title(): string {
    const { cell, backend } = this;
    return `${cell ? `${cell.method.name} z ${cell.latentSize}` : 'matrix product'} on ${backend}`;
  }

  /** Builds everything and takes one step. */
  async open(folders: RunFolders): Promise<void> {
    const { backend, cell } = this;
    const { pluginsFrom } = folders;
    this.opened = await this.#ask({
      type: 'open',
      pluginsFrom,
      folders: lossNetworkFolders(folders),
      backend,
      cell,
    });
  }

  async warmUp(): Promise<void> {
    await this.#ask({ type: 'warm-up' });
  }

  async round(count: number): Promise<void> {
    const milliseconds = await this.#ask({ type: 'steps', count });
    if (milliseconds) this.rounds.push(milliseconds);
  }

  /** Measures what is left and ends the process. */
  async finish(): Promise<void> {
    this.finished = await this.#ask({ type: 'finish' });
    await this.close();
  }

  async close(): Promise<void> {
    await this.#child.close();
  }

  async #ask<Request extends CostRequest>(request: Request): Promise<CostResponses[Request['type']] | null> {
    throwIfAborted(this.#signal);
    if (this.error !== null) return null;
    try {
      return (await this.#child.request(request)) as CostResponses[Request['type']];
    } catch (error) {
      // Stopping ends the processes, whatever they are doing: nothing of theirs is worth keeping.
      if (this.#signal.aborted) throw new AbortedError();
      this.error = (error as Error).message;
      return null;
    }
  }
}
