import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AbortedError, UnavailableError } from '@paretrain/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withMeasurementLock } from '../src/cost/measurement-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'paretrain-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('lets one measurement work at a time', async () => {
  const events: string[] = [];
  const measure = (name: string) =>
    withMeasurementLock(
      async () => {
        events.push(`${name} begins`);
        await wait(150);
        events.push(`${name} ends`);
      },
      { directory, onWait: (owner) => events.push(`waits for ${owner === process.pid}`) },
    );
  const first = measure('A');
  while (events.length === 0) await wait(5);
  await Promise.all([first, measure('B')]);
  expect(events).toEqual(['A begins', 'waits for true', 'A ends', 'B begins', 'B ends']);
});

it('gives up after a time, naming who is measuring', async () => {
  const other = withMeasurementLock(() => wait(1500), { directory });
  await wait(200);
  const started = performance.now();
  const error = await withMeasurementLock(async () => 0, { directory, waitSeconds: 0.3 }).catch(
    (caught: unknown) => caught,
  );
  expect(performance.now() - started).toBeLessThan(1200);
  expect(error).toBeInstanceOf(UnavailableError);
  expect((error as Error).message).toContain(`process ${process.pid}`);
  expect((error as Error).message).toContain(directory);
  await other;
});

it('does not limit how long the work itself takes', async () => {
  await expect(
    withMeasurementLock(() => wait(400).then(() => 'done'), { directory, waitSeconds: 0.1 }),
  ).resolves.toBe('done');
});

it('stops waiting when asked to', async () => {
  const other = withMeasurementLock(() => wait(800), { directory });
  await wait(100);
  const signal = AbortSignal.timeout(100);
  await expect(withMeasurementLock(async () => 0, { directory, signal })).rejects.toThrow(AbortedError);
  await other;
});

it('is free again after the work failed', async () => {
  const failing = () => Promise.reject(new Error('no device'));
  await expect(withMeasurementLock(failing, { directory })).rejects.toThrow('no device');
  await expect(withMeasurementLock(async () => 1, { directory, waitSeconds: 0.5 })).resolves.toBe(1);
});
