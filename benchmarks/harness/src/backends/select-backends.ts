import { UnavailableError, UnknownNameError } from '@paretrain/core';
import type { BackendProbes, BackendRow } from './backend-probes.ts';

/** A backend that `auto` or `all` did not take, and why. */
export interface LeftOutBackend {
  readonly name: string;
  readonly reason: string;
}

export interface BackendSelection {
  /** In the order they were asked for, each once. */
  readonly backends: readonly string[];
  /** The device behind each backend that was probed, where it is known. */
  readonly devices: ReadonlyMap<string, string>;
  readonly leftOut: readonly LeftOutBackend[];
}

const AUTO = 'auto';
const ALL = 'all';

/** Help of the `--backends` option of every command that has one. */
export const BACKENDS_FLAG =
  'Backends, separated by commas; auto: WASM and real graphics devices, all: whatever can be used';

/**
 * What `--backends` means on this machine. A name means that backend; `auto` WASM and every graphics device that is no
 * imitation by the processor; `all` every backend that can be used, imitated devices only where they are named too.
 * @throws {UnknownNameError}
 * @throws {UnavailableError} when a named backend cannot be used, with the fix, or nothing can
 */
export async function selectBackends(
  wanted: readonly string[],
  probes: BackendProbes,
): Promise<BackendSelection> {
  checkBackendNames(wanted, probes.names);
  const named = wanted.filter((name) => !isGroup(name));
  for (const name of named) assertUsable(await probes.probe(name));
  const rows = wanted.some(isGroup)
    ? await probes.all()
    : await Promise.all(named.map((name) => probes.probe(name)));
  const taken = new Set<string>();
  for (const word of wanted) {
    if (!isGroup(word)) taken.add(word);
    else for (const row of rows) if (reasonAgainst(row, word) === null) taken.add(row.name);
  }
  if (taken.size === 0) {
    throw new UnavailableError(
      `--backends ${wanted.join(',')}: none can be used here.`,
      'paretrain backends',
    );
  }
  const leftOut = rows.flatMap((row) => {
    if (taken.has(row.name)) return [];
    return [{ name: row.name, reason: reasonAgainst(row, wanted.includes(ALL) ? ALL : AUTO)! }];
  });
  const devices = rows.flatMap(({ name, device }) =>
    taken.has(name) && device !== null ? [[name, device] as const] : [],
  );
  return { backends: [...taken], devices: new Map(devices), leftOut };
}

/** For people: a line for each backend that was left out. */
export function leftOutTexts({ leftOut }: Pick<BackendSelection, 'leftOut'>): string[] {
  return leftOut.map(({ name, reason }) => `backend '${name}' is left out: ${reason}`);
}

/** Whether `--backends` can be answered only by looking at this machine. */
export function needsProbe(wanted: readonly string[]): boolean {
  return wanted.some(isGroup);
}

/** @throws {UnknownNameError} with the nearest name */
export function checkBackendNames(wanted: readonly string[], names: readonly string[]): void {
  const valid = [...names, AUTO, ALL];
  for (const name of wanted) if (!valid.includes(name)) throw new UnknownNameError('backend', name, valid);
}

function isGroup(word: string): boolean {
  return word === AUTO || word === ALL;
}

function assertUsable({ name, available, reason, fix }: BackendRow): void {
  if (available) return;
  throw new UnavailableError(`backend '${name}' cannot be used: ${ended(reason!)}`, fix!);
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Why a group does not take a backend; null where it does. */
function reasonAgainst(row: BackendRow, group: string): string | null {
  if (!row.available) return `${ended(row.reason!)} Fix: ${row.fix}`;
  if (row.software)
    return `imitated by the processor (${row.device ?? 'no device'}), so slow; name it to use it`;
  if (group === ALL || row.name === 'wasm' || row.threads === null) return null;
  return `computes on the processor (${row.device ?? 'no device'}), as WASM does; name it or say 'all' to use it`;
}
