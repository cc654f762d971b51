import type { BackendAvailability, InstallationDownload } from '@paretrain/core';

/** What a step may use while it runs. */
export interface StepContext {
  /** The installation's folder. */
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
  /** Tells the user how far the step is. */
  readonly say: (text: string) => void;
  /** Runs a program; its output goes to the installation's log. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<void>;
  /** What the steps find out. */
  readonly outcome: Outcome;
}

export interface Outcome {
  /** What can be used now. */
  availability?: BackendAvailability;
}

export interface RunOptions {
  readonly cwd?: string;
  /** On top of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with every line of its output. */
  readonly onLine?: (line: string) => void;
}

/** One part of an installation. Run again after an interruption, it begins afresh or goes on. */
export interface Step {
  readonly name: string;
  readonly description: string;
  readonly downloads: readonly InstallationDownload[];
  /** Free disk space that it needs at most, in bytes. */
  readonly diskBytes: number;
  /** Programs that it starts. */
  readonly tools: readonly Tool[];
  readonly run: (context: StepContext) => Promise<void>;
}

/** A program of the system that a step needs. */
export type Tool = 'npm' | 'python3' | 'python3-venv' | 'make' | 'g++' | 'tar';

export const MEGABYTE = 1e6;
