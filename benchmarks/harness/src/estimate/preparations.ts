import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Split } from '@paretrain/core';
import { canonicalJson, hashJson, writeJson, type DatasetUse } from '@paretrain/store';

/** How long a data set took to be generated or found; kept in the cache folder, beside the data. */
export interface Preparation {
  readonly dataset: DatasetUse;
  readonly seconds: number;
  readonly counts: Readonly<Record<Split, number>>;
}

const folderOf = (cache: string): string => join(cache, 'preparations');

/**
 * Keeps how long a preparation took, unless it took longer before: data that is there already is found quickly. Best
 * effort: an estimate less is no reason to stop.
 */
export async function recordPreparation(cache: string, preparation: Preparation): Promise<void> {
  const key = canonicalJson(preparation.dataset);
  const known = (await readPreparations(cache)).find(({ dataset }) => canonicalJson(dataset) === key);
  if (known && known.seconds >= preparation.seconds) return;
  const name = `${preparation.dataset.name}-${hashJson(preparation.dataset)}.json`;
  await writeJson(join(folderOf(cache), name), preparation).catch(() => undefined);
}

/** Every readable record. */
export async function readPreparations(cache: string): Promise<Preparation[]> {
  const names = await readdir(folderOf(cache)).catch(() => []);
  const read = names
    .filter((name) => name.endsWith('.json'))
    .map(async (name) => {
      try {
        const value: unknown = JSON.parse(await readFile(join(folderOf(cache), name), 'utf8'));
        return isPreparation(value) ? [value] : [];
      } catch {
        return [];
      }
    });
  return (await Promise.all(read)).flat();
}

function isPreparation(value: unknown): value is Preparation {
  const { dataset, seconds, counts } = (value ?? {}) as Partial<Preparation>;
  return (
    typeof dataset?.name === 'string' &&
    Number.isFinite(seconds) &&
    [counts?.pretrain, counts?.train, counts?.test].every((count) => Number.isFinite(count))
  );
}
