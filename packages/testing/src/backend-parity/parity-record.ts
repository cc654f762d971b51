import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendAvailability } from '@paretrain/core';
import type { ParityOutcome } from './run-case.ts';

/** What one run of the parity suite found, as JSON. */
export interface ParityRecord {
  /** The plugin's name, and its options where they are not the defaults: `wasm`, `wasm simd=plain`. */
  readonly backend: string;
  readonly device: string | null;
  readonly software: boolean;
  readonly simd: string | null;
  readonly versions: Readonly<Record<string, string>>;
  /** Day of the run, `2026-11-21`. */
  readonly date: string;
  /** Largest norm-relative error that passes. */
  readonly tolerance: number;
  readonly outcomes: readonly ParityOutcome[];
}

/** The name of a backend with options, for a record. */
export function recordName(name: string, options: unknown): string {
  const given = Object.entries((options ?? {}) as Record<string, unknown>);
  return [name, ...given.map(([key, value]) => `${key}=${String(value)}`)].join(' ');
}

/** A record of what was found on this machine today. */
export function parityRecord(
  backend: string,
  found: BackendAvailability,
  tolerance: number,
  outcomes: readonly ParityOutcome[],
): ParityRecord {
  const { device, software, simd, versions } = found;
  // Digits that the next run would change anyway.
  const rounded = outcomes.map(({ error, ...rest }) => ({
    ...rest,
    error: error && Number(error.toPrecision(2)),
  }));
  const date = new Date().toISOString().slice(0, 10);
  return { backend, device, software, simd, versions, date, tolerance, outcomes: rounded };
}

/** Writes a record to a folder, as `<backend>.json` with `-` for everything that a file name should not have. */
export function writeParityRecord(folder: string, record: ParityRecord): void {
  mkdirSync(folder, { recursive: true });
  const name = record.backend.replace(/[^\w.-]+/g, '-');
  const { outcomes, ...about } = record;
  // One outcome a line: records are committed, and compared by eye.
  const lines = outcomes.map((outcome) => `    ${JSON.stringify(outcome)}`).join(',\n');
  const head = JSON.stringify(about, null, 2).replace(/\n}$/, '');
  writeFileSync(join(folder, `${name}.json`), `${head},\n  "outcomes": [\n${lines}\n  ]\n}\n`);
}
