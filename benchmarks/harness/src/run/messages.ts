import type { RunResult, RunSettings } from '@paretrain/store';
import type { PlannedRun } from '../plan/plan.ts';

/** A run that is ready: its data is on disk, so its id is known. */
export interface ReadyRun {
  readonly id: string;
  readonly planned: PlannedRun;
  readonly settings: RunSettings;
  /** The same run on another backend, whose checkpoint this one takes over if it has none. */
  readonly continues?: { readonly id: string; readonly backend: string };
}

/** Where a run reads and writes. */
export interface RunFolders {
  readonly results: string;
  readonly cache: string;
  readonly data: string | null;
  /** Where plugins are looked for from. */
  readonly pluginsFrom: string;
}

/** What the harness asks of a run's process. */
export interface RunRequest {
  readonly run: ReadyRun;
  readonly folders: RunFolders;
  /** Whether a stored result is ignored. */
  readonly force: boolean;
}

/** How far a run is; sent while it works. */
export interface RunProgress {
  readonly phase: 'waiting' | 'data' | 'build' | 'cache' | 'train' | 'embed' | 'evaluate';
  /** Share of the whole run, 0 to 1; an estimate. */
  readonly share: number;
  /** For people: "epoch 3/10, loss 0.0123". */
  readonly text: string;
}

/** What a run's process answers. */
export interface RunAnswer {
  readonly result: RunResult;
  /** Memory that the process holds after the run. */
  readonly residentBytes: number;
}

/** What a run's process tells while it works. */
export type RunEvent = { readonly progress: RunProgress } | { readonly notice: string };
