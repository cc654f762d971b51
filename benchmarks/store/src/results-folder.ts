import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import type { z } from 'zod';
import { writeJson, writeWhole } from './atomic.ts';
import { hashJson } from './hash.ts';
import {
  SCHEMA_VERSION,
  costResult,
  historyEntry,
  runResult,
  type CostResult,
  type HistoryEntry,
  type RunResult,
  type RunSettings,
} from './schema.ts';

/** A run's id: readable in front, then the hash of everything that decides its result. */
export function runId(settings: RunSettings): string {
  return `${settings.method.name}_z${settings.latentSize}_s${settings.seed}_${hashJson(settings)}`;
}

/** Where things lie under a results folder. */
export const paths = {
  run: (root: string, suite: string, id: string) => join(root, suite, id),
  result: (root: string, suite: string, id: string) => join(root, suite, id, 'result.json'),
  history: (root: string, suite: string, id: string) => join(root, suite, id, 'history.jsonl'),
  encoder: (root: string, suite: string, id: string) => join(root, suite, id, 'encoder.safetensors'),
  costs: (root: string, host: string) => join(root, 'cost', host),
  cost: (root: string, host: string, cell: string) => join(root, 'cost', host, `${cell}.json`),
};

/**
 * A stored result, or null where there is none.
 * @throws {DataError} when the file is damaged, half written or of another schema version; names the file
 */
export async function readResult(root: string, suite: string, id: string): Promise<RunResult | null> {
  const path = paths.result(root, suite, id);
  const result = await readChecked(path, runResult);
  if (result && result.id !== id) throw new DataError(`${path}: holds run '${result.id}', expected '${id}'`);
  return result;
}

export async function writeResult(root: string, result: RunResult): Promise<void> {
  await writeJson(paths.result(root, result.suite, result.id), runResult.parse(result));
}

export async function removeResult(root: string, suite: string, id: string): Promise<void> {
  await rm(paths.run(root, suite, id), { recursive: true, force: true });
}

/** Every readable result of a suite; unreadable ones go to `onDamaged`. */
export async function listResults(
  root: string,
  suite: string,
  onDamaged: (error: DataError) => void = () => undefined,
): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const id of await listNames(join(root, suite))) {
    try {
      const result = await readResult(root, suite, id);
      if (result) results.push(result);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      onDamaged(error);
    }
  }
  return results;
}

/** Names of the suites that have results. */
export async function listSuites(root: string): Promise<string[]> {
  return (await listNames(root)).filter((name) => name !== 'cost' && name !== 'report');
}

/** The epochs of a run, empty where it has none. */
export async function readHistory(root: string, suite: string, id: string): Promise<HistoryEntry[]> {
  const path = paths.history(root, suite, id);
  const text = await readIfThere(path);
  if (text === null) return [];
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => check(`${path}:${i + 1}`, parseJson(`${path}:${i + 1}`, line), historyEntry));
}

/** Keeps a run's trained encoder beside its result, whole or not at all. */
export async function writeEncoder(
  root: string,
  suite: string,
  id: string,
  bytes: Uint8Array,
): Promise<void> {
  await writeWhole(paths.encoder(root, suite, id), bytes);
}

/** A run's trained encoder, or null where none was kept. */
export async function readEncoder(root: string, suite: string, id: string): Promise<Uint8Array | null> {
  try {
    return await readFile(paths.encoder(root, suite, id));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function readCost(root: string, host: string, cell: string): Promise<CostResult | null> {
  return readChecked(paths.cost(root, host, cell), costResult);
}

export async function writeCost(root: string, cost: CostResult): Promise<void> {
  await writeJson(paths.cost(root, cost.host, cost.cell), costResult.parse(cost));
}

/** Hosts that have costs. */
export function listHosts(root: string): Promise<string[]> {
  return listNames(join(root, 'cost'));
}

/** Every readable cost of a host. */
export async function listCosts(
  root: string,
  host: string,
  onDamaged: (error: DataError) => void = () => undefined,
): Promise<CostResult[]> {
  const costs: CostResult[] = [];
  for (const name of await listNames(paths.costs(root, host))) {
    if (!name.endsWith('.json')) continue;
    try {
      const cost = await readCost(root, host, name.slice(0, -'.json'.length));
      if (cost) costs.push(cost);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      onDamaged(error);
    }
  }
  return costs;
}

/** Every readable cost of every host. */
export async function listAllCosts(root: string): Promise<CostResult[]> {
  const hosts = await listHosts(root);
  return (await Promise.all(hosts.map((host) => listCosts(root, host)))).flat();
}

async function listNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((name) => !name.startsWith('.')).sort();
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

async function readChecked<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const value = parseJson(path, text);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== SCHEMA_VERSION) {
    throw new DataError(
      `${path}: schema version ${JSON.stringify(version)}, this program reads ${SCHEMA_VERSION}`,
    );
  }
  return check(path, value, schema);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(`${path}: damaged or half written (${(error as Error).message})`);
  }
}

function check<T>(path: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new DataError(`${path}: '${issue.path.join('.')}': ${issue.message}`);
}
