import { testBackend, testBackendParity } from '@paretrain/testing';
import { expect, it } from 'vitest';
import { tensorflow } from '../src/index.ts';
import { prepareTensorflow } from './support/real-tensorflow.ts';
import { train } from './support/train.ts';

const impossible = await prepareTensorflow();

it('has a real TensorFlow to test', (context) => context.skip(impossible !== null, impossible ?? ''));
testBackend(tensorflow);
testBackendParity(tensorflow);

it('gives the same bits again, on as many threads as there are', async (context) => {
  context.skip(impossible !== null, impossible ?? '');
  await tensorflow.activate({ device: 'auto' });
  const first = train();
  expect(first.every(Number.isFinite)).toBe(true);
  for (let again = 0; again < 3; again++) {
    expect(new Uint32Array(train().buffer)).toEqual(new Uint32Array(first.buffer));
  }
});
