import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDataset, testManifest } from '@paretrain/testing';
import { afterAll } from 'vitest';
import * as exported from '../src/index.ts';
import { writeSmall } from './support.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'mnist-plugin-'));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));
for (const dataset of [exported.mnist, exported.fashionMnist]) {
  writeSmall(join(dataDirectory, dataset.name));
  testDataset(dataset, { dataDirectory });
}
testManifest(new URL('../package.json', import.meta.url), exported);
