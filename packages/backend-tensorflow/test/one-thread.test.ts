import { describe, expect, it } from 'vitest';
import { tensorflow } from '../src/index.ts';
import { busyThreads } from './support/busy-threads.ts';
import { prepareTensorflow } from './support/real-tensorflow.ts';
import { train } from './support/train.ts';

const impossible = await prepareTensorflow();

describe('one thread', () => {
  it('is said, with the version of TensorFlow', async (context) => {
    context.skip(impossible !== null, impossible ?? '');
    const found = await tensorflow.activate({ device: 'cpu', threads: 1 });
    expect(found).toMatchObject({ available: true, threads: 1, software: false });
    expect(found.versions['tensorflow']).toMatch(/^2\.\d+\.\d+/);
  });

  it('is what computes', async (context) => {
    context.skip(impossible !== null, impossible ?? '');
    context.skip(process.platform !== 'linux', 'only Linux tells the time of each thread');
    await tensorflow.activate({ device: 'cpu', threads: 1 });
    expect(await busyThreads(train)).toBe(1);
  });
});
