import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { PARITY_CASES } from '../src/backend-parity/all-cases.ts';
import { runParityCase } from '../src/backend-parity/run-case.ts';

const cases = Object.values(PARITY_CASES).flat();
const run = (id: string, direction: 'forward' | 'gradient' = 'forward') =>
  runParityCase(
    cases.find((parity) => parity.id === id)!,
    direction,
    'crooked',
    1e-5,
  );

/** tfjs's cpu backend once more, with some kernels bent. */
beforeAll(async () => {
  tf.registerBackend('crooked', tf.findBackendFactory('cpu')!);
  tf.copyRegisteredKernels('cpu', 'crooked');
  await tf.setBackend('crooked');
  const bend = (name: string, change: (stock: tf.KernelConfig) => tf.KernelFunc): void => {
    const stock = tf.getKernel(name, 'crooked')!;
    tf.unregisterKernel(name, 'crooked');
    tf.registerKernel({ ...stock, kernelFunc: change(stock) });
  };
  const onChanged =
    (change: (x: tf.Tensor) => tf.Tensor) =>
    ({ kernelFunc }: tf.KernelConfig): tf.KernelFunc =>
    (args) =>
      kernelFunc({ ...args, inputs: { x: change(args.inputs['x'] as tf.Tensor) } });
  bend(
    'Tanh',
    onChanged((x) => tf.mul(x, 1.0001)),
  );
  bend(
    'Sigmoid',
    onChanged((x) => tf.where(tf.isNaN(x), tf.zerosLike(x), x)),
  );
  bend('Exp', ({ kernelFunc }) => (args) => {
    tf.keep(tf.zeros([1]));
    return kernelFunc(args);
  });
  bend(
    'MaxPoolGrad',
    () =>
      ({ inputs }) =>
        tf.zerosLike(inputs['input'] as tf.Tensor),
  );
  tf.unregisterKernel('Square', 'crooked');
});

describe('the parity suite', () => {
  it('has cases of different names, enough of them', () => {
    expect(cases.length).toBeGreaterThan(300);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    for (const { id, operation } of cases) expect(id.startsWith(`${operation}: `)).toBe(true);
  });

  it('passes what is right, and leaves the backend current', async () => {
    expect(await run('relu: [3,5]')).toEqual({
      ...{ case: 'relu: [3,5]', operation: 'relu', direction: 'forward' },
      ...{ ok: true, error: 0, reason: null },
    });
    expect(tf.getBackend()).toBe('crooked');
  });

  it.each([
    [
      'values that are off by less than 1e-4',
      'tanh: [7]',
      'forward',
      /norm-relative error 0\.0000\d+, at most 0\.00001/,
    ],
    ['a NaN that is lost', 'sigmoid: NaN and infinities', 'forward', /0\.5 at position 0, expected NaN/],
    ['a kernel that is missing', 'square: [7]', 'forward', /Kernel 'Square' not registered/],
    ['a tensor left behind', 'exp: [7]', 'forward', /1 tensors left behind/],
    [
      'a gradient that is zero',
      'maxPool: 2x2, stride 2, valid',
      'gradient',
      /norm-relative error 1, at most/,
    ],
  ] as const)('catches %s', async (_, id, direction, reason) => {
    const outcome = await run(id, direction);
    expect(outcome.ok).toBe(false);
    expect(outcome.reason).toMatch(reason);
  });
});
