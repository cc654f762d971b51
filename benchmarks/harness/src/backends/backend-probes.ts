import { UnknownNameError } from '@paretrain/core';
import type { BackendAvailability } from '@paretrain/core';
import { ChildEndedError, forkModule } from '../process/fork.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import { KNOWN_BACKENDS } from './known-backends.ts';
import type { ProbeRequest } from './probe-process.ts';

/** A backend, and whether this machine can use it. */
export interface BackendRow extends BackendAvailability {
  readonly name: string;
  /** What it is made of, in one line: "TensorFlow 2.21.0, ..."; null where nothing of it is installed. */
  readonly version: string | null;
}

export interface BackendProbesOptions {
  /** Where plugins are looked for from. */
  readonly pluginsFrom: string;
  /** Longest wait for one probe, in seconds. Default: 60. */
  readonly timeLimit?: number;
}

const PROBE_PROCESS = new URL(
  import.meta.url.endsWith('.ts') ? './probe-process.ts' : './probe-process.js',
  import.meta.url,
);

/** A driver that is being loaded for the first time may take long; a probe that hangs must still end. */
const TIME_LIMIT = 60;

/**
 * Looks at every backend in a process of its own, once: a native library that crashes or hangs ends there, as a row with
 * a reason and a fix.
 */
export class BackendProbes {
  readonly #registry: PluginRegistry;
  readonly #options: BackendProbesOptions;
  readonly #rows = new Map<string, Promise<BackendRow>>();

  constructor(registry: PluginRegistry, options: BackendProbesOptions) {
    this.#registry = registry;
    this.#options = options;
  }

  /** Backends of installed packages and those of this project; WASM, which is always there, first. */
  get names(): string[] {
    const known = KNOWN_BACKENDS.map(({ name }) => name);
    const others = this.#registry.names('backend').filter((name) => !known.includes(name));
    return [...known, ...others];
  }

  /** Never rejects but on a name that no backend has. */
  probe(name: string): Promise<BackendRow> {
    if (!this.names.includes(name)) throw new UnknownNameError('backend', name, this.names);
    let row = this.#rows.get(name);
    if (!row) {
      row = this.#registry.names('backend').includes(name) ? this.#probeInstalled(name) : notInstalled(name);
      this.#rows.set(name, row);
    }
    return row;
  }

  all(): Promise<BackendRow[]> {
    return Promise.all(this.names.map((name) => this.probe(name)));
  }

  async #probeInstalled(name: string): Promise<BackendRow> {
    const { pluginsFrom, timeLimit = TIME_LIMIT } = this.#options;
    const found = this.#registry.packageOf('backend', name);
    const installed = `${found.name} ${found.version}`;
    const child = forkModule<ProbeRequest, never, BackendAvailability>(PROBE_PROCESS);
    const late = new AbortController();
    try {
      const answer = await Promise.race([
        child.request({ pluginsFrom, backend: name }),
        timeout(timeLimit, late.signal),
      ]);
      return rowOf(name, installed, answer);
    } catch (error) {
      const reason =
        error instanceof ChildEndedError ? `its probe crashed: ${error.message}` : messageOf(error);
      const fix =
        error instanceof TimeoutError
          ? 'try again when the machine is less busy, or look at the driver of its device'
          : `install ${found.name} again, with what its README asks for`;
      return unavailable(name, installed, reason, fix);
    } finally {
      late.abort();
      await child.close();
    }
  }
}

class TimeoutError extends Error {}

function timeout(seconds: number, ended: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new TimeoutError(`its probe gave no answer within ${seconds} s`)),
      1000 * seconds,
    );
    ended.addEventListener('abort', () => clearTimeout(timer));
  });
}

function rowOf(name: string, installed: string, answer: BackendAvailability | null | undefined): BackendRow {
  if (!answer || typeof answer.available !== 'boolean') {
    return unavailable(name, installed, 'its probe gave no valid answer', `tell the author of ${installed}`);
  }
  const versions = answer.versions ?? {};
  const row = {
    name,
    available: answer.available,
    device: answer.device ?? null,
    version: Object.keys(versions).length ? describeVersions(versions) : installed,
    versions,
    simd: answer.simd ?? null,
    threads: answer.threads ?? null,
    software: answer.software ?? false,
  };
  return answer.available
    ? { ...row, reason: null, fix: null }
    : {
        ...row,
        reason: oneLine(answer.reason ?? 'its probe says that it cannot be used'),
        fix: oneLine(answer.fix ?? `see the README of ${installed}`),
      };
}

async function notInstalled(name: string): Promise<BackendRow> {
  const known = KNOWN_BACKENDS.find((backend) => backend.name === name)!;
  return unavailable(name, null, `${known.package} is not installed`, known.install);
}

function unavailable(name: string, version: string | null, reason: string, fix: string): BackendRow {
  return {
    name,
    available: false,
    device: null,
    version,
    versions: {},
    simd: null,
    threads: null,
    software: false,
    reason: oneLine(reason),
    fix: oneLine(fix),
  };
}

function describeVersions(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([library, version]) => `${library} ${version}`)
    .join(', ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Errors of native libraries come in several lines; a row is one. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' | ').trim();
}
