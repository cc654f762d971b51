import type { z } from 'zod';
import type { BackendAvailability } from './backend-availability.ts';

/** Something that an installation fetches. */
export interface InstallationDownload {
  readonly what: string;
  /** About how large it is, in bytes. */
  readonly bytes: number;
}

/** One part of an installation; what is done is not done again. */
export interface InstallationStep {
  readonly name: string;
  readonly description: string;
  readonly done: boolean;
}

/** What an installation would do. */
export interface InstallationPlan {
  /** Everything is written below this folder. */
  readonly directory: string;
  readonly state: 'absent' | 'unfinished' | 'installed';
  readonly steps: readonly InstallationStep[];
  /** Of the steps that are still to be done. */
  readonly downloads: readonly InstallationDownload[];
  /** Free disk space that the remaining steps need at most, in bytes. */
  readonly diskBytes: number;
}

/** Where an installation is: step `step` (from 1) of `steps`. */
export interface InstallationProgress {
  readonly step: number;
  readonly steps: number;
  readonly text: string;
}

export interface InstallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: InstallationProgress) => void;
}

/** What an undone installation gave back. */
export interface Uninstalled {
  readonly directory: string;
  /** False where nothing was installed. */
  readonly removed: boolean;
  readonly bytes: number;
}

/** How native libraries that a backend needs are put into a folder of this program, and taken away again. */
export interface BackendInstaller<Request = unknown> {
  /** What a user can choose, as the flags of `paretrain backends install`; each with a default. */
  readonly request: z.ZodType<Request>;
  /**
   * Looks; downloads and writes nothing.
   * @throws {ConfigurationError} on a wrong path, or where something else is installed
   * @throws {UnavailableError} with the fix, where a tool, the platform, the disk or the network forbids it
   */
  plan(request: Request): Promise<InstallationPlan>;
  /**
   * Does what is left to do of the plan. After an interruption a second call goes on with the step that was cut off.
   * @throws what {@link plan} throws @throws {InstallationError} when a step failed @throws {AbortedError} when stopped
   */
  install(request: Request, options?: InstallOptions): Promise<BackendAvailability>;
  /** Removes the folder, also of an unfinished installation. */
  uninstall(): Promise<Uninstalled>;
}
