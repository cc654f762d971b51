import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  canonicalJson,
  hashJson,
  listResults,
  paths,
  readEncoder,
  readHistory,
  readResult,
  runId,
  writeEncoder,
  writeResult,
} from '../src/index.ts';
import { sampleResult } from './sample-result.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'paretrain-store-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('run ids', () => {
  it('depend on every setting but not on the order of keys', () => {
    const { settings } = sampleResult();
    const id = runId(settings);
    expect(id).toMatch(/^I-I-PW_z64_s0_[0-9a-f]{12}$/);
    const shuffled = Object.fromEntries(Object.entries(settings).reverse()) as typeof settings;
    expect(runId(shuffled)).toBe(id);
    const changes: Partial<typeof settings>[] = [
      { seed: 1 },
      { latentSize: 32 },
      { training: { ...settings.training, epochs: 7 } },
      { dataset: { ...settings.dataset, checksum: 'other' } },
      { dataset: { ...settings.dataset, transforms: [{ name: 'tile', version: '1', options: {} }] } },
      { dataset: { ...settings.dataset, subset: { size: 10, seed: 0, splits: ['train'] } } },
      { method: { ...settings.method, version: '2' } },
      { evaluators: [] },
    ];
    for (const change of changes) expect(runId({ ...settings, ...change })).not.toBe(id);
  });

  it('hash canonical JSON', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(hashJson({ a: 1, b: 2 })).toBe(hashJson({ b: 2, a: 1 }));
  });
});

describe('results', () => {
  it('come back as they were written', async () => {
    const result = sampleResult();
    expect(await readResult(root, result.suite, result.id)).toBeNull();
    await writeResult(root, result);
    expect(await readResult(root, result.suite, result.id)).toEqual(result);
    expect(await listResults(root, result.suite)).toEqual([result]);
    expect(await listResults(root, 'other')).toEqual([]);
  });

  it('are refused when damaged, half written, of another version or misplaced, naming the file', async () => {
    const result = sampleResult();
    const path = paths.result(root, result.suite, result.id);
    await writeResult(root, result);
    const text = await readFile(path, 'utf8');
    const read = () => readResult(root, result.suite, result.id);
    await writeFile(path, text.slice(0, 200));
    await expect(read()).rejects.toThrow(DataError);
    await expect(read()).rejects.toThrow(/result\.json: damaged or half written/);
    await writeFile(path, JSON.stringify({ ...result, schemaVersion: 2 }));
    await expect(read()).rejects.toThrow(/schema version 2, this program reads 1/);
    await writeFile(path, JSON.stringify({ ...result, seed: -1 }));
    await expect(read()).rejects.toThrow(/result\.json: 'seed'/);
    await writeFile(path, JSON.stringify({ ...result, id: 'other' }));
    await expect(read()).rejects.toThrow(/holds run 'other'/);
    const damaged: string[] = [];
    expect(await listResults(root, result.suite, (error) => damaged.push(error.message))).toEqual([]);
    expect(damaged).toHaveLength(1);
  });

  it('never hold a metric that is not a number', async () => {
    await expect(
      writeResult(root, { ...sampleResult(), metrics: { 'mlp.distance': NaN } }),
    ).rejects.toThrow();
  });

  it('have histories, whose damaged lines are named', async () => {
    const { suite, id } = sampleResult();
    expect(await readHistory(root, suite, id)).toEqual([]);
    const entry = { epoch: 1, loss: 1, validationLoss: 2, seconds: 3, validationSeconds: 1, best: true };
    await mkdir(paths.run(root, suite, id), { recursive: true });
    await writeFile(paths.history(root, suite, id), `${JSON.stringify(entry)}\n`);
    expect(await readHistory(root, suite, id)).toEqual([entry]);
    await writeFile(paths.history(root, suite, id), `${JSON.stringify(entry)}\n{"epoch":`);
    await expect(readHistory(root, suite, id)).rejects.toThrow(/history\.jsonl:2: damaged/);
  });
});

describe('encoders', () => {
  it('are kept beside the result, or are not there', async () => {
    expect(await readEncoder(root, 'suite', 'run')).toBeNull();
    // Part of a larger buffer.
    const bytes = Uint8Array.of(9, 1, 2, 3).subarray(1);
    await writeEncoder(root, 'suite', 'run', bytes);
    expect([...(await readEncoder(root, 'suite', 'run'))!]).toEqual([1, 2, 3]);
    expect(paths.encoder(root, 'suite', 'run')).toBe(
      join(paths.run(root, 'suite', 'run'), 'encoder.safetensors'),
    );
  });
});
