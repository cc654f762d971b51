import { AbortedError, ConfigurationError, SPLITS, type DatasetProgress } from '@paretrain/core';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lunarLander } from '../src/index.ts';
import { landerCentroid, options, prepare, readAll, temporaryFolder } from './support.ts';

const SMALL = { rollouts: 8, steps: 150 };
const folder = temporaryFolder();
let prepared: Awaited<ReturnType<typeof prepare>>;
const progress: DatasetProgress[] = [];

beforeAll(async () => {
  prepared = await prepare(folder.path, SMALL, { onProgress: (update) => progress.push(update) });
});
afterAll(() => folder.remove());

describe('lunar-lander', () => {
  it('describes frames and positions', () => {
    const { image, target } = prepared.description;
    expect(image).toEqual({ height: 64, width: 64, channels: 3 });
    expect(target).toMatchObject({ kind: 'position', names: ['x', 'y'], unit: 'pixels', scale: [32, 32] });
    expect(target.kind === 'position' && target.offset).toEqual([32, expect.closeTo(45.12, 10)]);
  });

  it('keeps every frame for pretraining and those with the lander on screen elsewhere', async () => {
    expect(prepared.counts.pretrain).toBe(1200);
    for (const split of ['train', 'test'] as const) {
      expect(prepared.counts[split]).toBeLessThan(1200);
      expect(prepared.counts[split]).toBeGreaterThan(800);
    }
    for (const split of SPLITS) {
      const { targets } = await readAll(prepared, split);
      const outside = (i: number) => {
        const [x, y] = [(targets[2 * i]! - 32) / 32, (45.12 - targets[2 * i + 1]!) / 32];
        return Math.abs(x) > 1 + 1e-6 || y < -0.5 - 1e-6 || y > 1.5 + 1e-6;
      };
      const count = Array.from({ length: targets.length / 2 }, (_, i) => i).filter(outside).length;
      if (split === 'pretrain') expect(count).toBeGreaterThan(0);
      else expect(count).toBe(0);
    }
  });

  it('labels a frame with the position at its own instant', async () => {
    const { images, targets } = await readAll(prepared, 'train');
    const differences = { now: [] as number[], next: [] as number[] };
    let seen = 0;
    for (let i = 0; i + 1 < targets.length / 2; i++) {
      const [x, y] = [targets[2 * i]!, targets[2 * i + 1]!];
      if (x < 6 || x > 58 || y < 6 || y > 58) continue;
      const centroid = landerCentroid(images.subarray(i * 12288, (i + 1) * 12288));
      expect(centroid).toBeDefined();
      // The lander's coloured pixels have their centre of mass a little above or below its origin, as it turns.
      expect(Math.hypot(centroid!.x - x, centroid!.y - y)).toBeLessThan(1.2);
      differences.now.push(Math.abs(centroid!.x - x));
      differences.next.push(Math.abs(centroid!.x - targets[2 * i + 2]!));
      seen++;
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(seen).toBeGreaterThan(200);
    expect(mean(differences.now)).toBeLessThan(0.12);
    expect(mean(differences.now)).toBeLessThan(mean(differences.next));
  });

  it('tells how far it is', () => {
    const last = progress.at(-1)!;
    expect(last).toEqual({ phase: 'generate test', done: 1200, total: 1200, unit: 'frames' });
    expect(new Set(progress.map(({ phase }) => phase)).size).toBe(3);
  });

  it('gives the same bytes for the same seed, and others for another seed, split or episode', async () => {
    const short = { rollouts: 2, steps: 40 };
    const again = temporaryFolder();
    const first = await prepare(folder.path, short);
    expect((await prepare(again.path, short)).checksum).toBe(first.checksum);
    again.remove();
    const reseeded = await prepare(folder.path, { ...short, seed: 1 });
    expect(reseeded.checksum).not.toBe(first.checksum);
    const starts = [
      (await readAll(first, 'pretrain')).targets.slice(0, 20),
      (await readAll(first, 'pretrain')).targets.slice(80, 100),
      (await readAll(first, 'train')).targets.slice(0, 20),
      (await readAll(first, 'test')).targets.slice(0, 20),
      (await readAll(reseeded, 'pretrain')).targets.slice(0, 20),
    ];
    expect(new Set(starts.map((targets) => targets.join())).size).toBe(5);
  });

  it('reads at random what it reads in order', async () => {
    const source = await prepared.open('test');
    const all = await readAll(prepared, 'test');
    const indices = [17, 3, 4, 5, 3, source.count - 1, 0];
    const { images, targets } = await source.read(indices);
    indices.forEach((index, i) => {
      expect(images.subarray(i * 12288, (i + 1) * 12288)).toEqual(
        all.images.subarray(index * 12288, (index + 1) * 12288),
      );
      expect(targets.subarray(2 * i, 2 * i + 2)).toEqual(all.targets.subarray(2 * index, 2 * index + 2));
    });
    await expect(source.read([source.count])).rejects.toThrow(/index: received \d+, valid: 0 to/);
    await expect(source.read([0.5])).rejects.toThrow(/index: received 0.5/);
    expect((await source.read([])).images).toHaveLength(0);
    await source.close();
  });

  it('keeps a limited number of frames, drawn evenly from all episodes', async () => {
    const limited = await prepare(folder.path, { ...SMALL, frames: { pretrain: 50, train: 40 } });
    expect(limited.counts).toEqual({ pretrain: 50, train: 40, test: prepared.counts.test });
    const everything = await readAll(prepared, 'pretrain');
    const known = new Map<string, number>();
    for (let i = 0; i < 1200; i++) known.set(everything.targets.subarray(2 * i, 2 * i + 2).join(), i);
    const { targets } = await readAll(limited, 'pretrain');
    const chosen = Array.from({ length: 50 }, (_, i) =>
      known.get(targets.subarray(2 * i, 2 * i + 2).join())!,
    );
    expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
    expect(new Set(chosen).size).toBe(50);
    const perEpisode = [0, 1, 2, 3, 4, 5, 6, 7].map(
      (episode) => chosen.filter((i) => Math.floor(i / 150) === episode).length,
    );
    expect(perEpisode).toEqual([6, 6, 6, 7, 6, 6, 6, 7]);
  });

  it('makes frames of other sizes, with targets in their pixels', async () => {
    const large = await prepare(folder.path, { rollouts: 1, steps: 30, imageSize: 96 });
    expect(large.description.image.height).toBe(96);
    const { images, targets } = await readAll(large, 'train');
    const last = targets.length / 2 - 1;
    const centroid = landerCentroid(images.subarray(last * 96 * 96 * 3), 96);
    expect(centroid).toBeDefined();
    expect(Math.abs(centroid!.x - targets[2 * last]!)).toBeLessThan(1);
  });

  it('stops when asked to, leaving nothing behind', async () => {
    const cache = temporaryFolder();
    const controller = new AbortController();
    const onProgress = ({ done }: DatasetProgress) => done >= 300 && controller.abort();
    await expect(
      prepare(cache.path, { rollouts: 50 }, { signal: controller.signal, onProgress }),
    ).rejects.toThrow(AbortedError);
    expect(readdirSync(join(cache.path, 'lunar-lander'))).toEqual([]);
    cache.remove();
  });

  it.each([
    [{ rollouts: 0 }, /dataset 'lunar-lander': option 'rollouts': received 0/],
    [{ rollouts: '5' }, /option 'rollouts': received "5"/],
    [{ steps: -1 }, /option 'steps': received -1/],
    [{ imageSize: 8 }, /option 'imageSize': received 8/],
    [{ seed: 0.5 }, /option 'seed': received 0.5/],
    [{ frames: { train: 0 } }, /option 'frames.train': received 0/],
    [{ resampling: 'nearest' }, /option 'resampling': received "nearest"/],
    [{ rollout: 3 }, /rollout/],
  ])('refuses %j', (received, message) => {
    expect(() => options(received)).toThrow(ConfigurationError);
    expect(() => options(received)).toThrow(message);
  });

  it('has as many episodes in each run as it is told', async () => {
    const rollouts = { pretrain: 3, train: 2, test: 1 };
    const prepared = await prepare(folder.path, { rollouts, steps: 20 });
    const alone = await prepare(folder.path, { rollouts: 2, steps: 20 });
    expect(prepared.counts.pretrain).toBe(60);
    // The first episodes of a run are the same however many follow.
    expect(prepared.counts.train).toBe(alone.counts.train);
    expect(prepared.counts.test).toBeLessThanOrEqual(20);
    expect(lunarLander.describe(options({ rollouts, steps: 20 })).mostImages).toEqual({
      pretrain: 60,
      train: 40,
      test: 20,
    });
  });

  it('is the paper’s size by default', () => {
    expect(lunarLander.options.parse({})).toMatchObject({
      rollouts: 700,
      steps: 150,
      imageSize: 64,
      seed: 0,
    });
  });
});
