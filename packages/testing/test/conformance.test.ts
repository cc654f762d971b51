import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import { beforeAll, describe, expect, it } from 'vitest';

interface Report {
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

let failed: string[];
let passed: string[];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'paretrain-testing-'));
  const outputFile = join(folder, 'report.json');
  const vitest = await startVitest('test', [], {
    root: fileURLToPath(new URL('..', import.meta.url)),
    config: false,
    watch: false,
    include: ['test/broken.fixture.ts'],
    pool: 'forks',
    maxWorkers: 1,
    reporters: ['json'],
    outputFile,
  });
  await vitest.close();
  // The inner run fails on purpose.
  process.exitCode = 0;
  const report = JSON.parse(await readFile(outputFile, 'utf8')) as Report;
  await rm(folder, { recursive: true });
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  failed = results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  passed = results.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
});

describe('the conformance suites catch', () => {
  it.each([
    ['a loss that sums over the batch', 'objective sum-not-mean is a mean over the batch'],
    ['half the true gradient', 'objective wrong-gradient has the gradient of central differences'],
    ['unknown options let pass', 'objective loose-options rejects unknown and malformed options'],
    ['bytes that are not written', 'augmentation half-written writes every byte of 32 x 32 x 3'],
    ["randomness besides the image's stream", "augmentation own-randomness is decided by the image's stream"],
    ['half a row', 'transform remembers gives images of 5 x 4 x 2 one shape'],
    ['memory of other images', 'transform remembers gives the same of the same image'],
    ['leaked tensors and NaN metrics', 'evaluator leaky on a class target gives described, finite metrics'],
    ['an empty split let pass', 'evaluator leaky on a class target names the empty split'],
    ['ignored signals', 'evaluator leaky on a class target stops on request'],
    ['data that differ when made again', 'data set unrepeatable is the same when prepared again'],
    ['wrong indices let pass', 'data set unrepeatable train split rejects indices that it does not have'],
  ])('%s', (_, name) => {
    expect(failed.filter((test) => test.startsWith(name)).length).toBe(1);
  });

  it('only what is wrong', () => {
    expect(passed.filter((test) => test.startsWith('objective wrong-gradient')).length).toBe(6);
    expect(failed.filter((test) => test.startsWith('objective sum-not-mean'))).toHaveLength(1);
    expect(failed.filter((test) => test.startsWith('objective loose-options'))).toHaveLength(1);
  });
});
