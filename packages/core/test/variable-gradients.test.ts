import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ParetrainError, Rng, ShapeError, customGradient } from '../src/index.ts';
import { variableGradients } from '../src/training/variable-gradients.ts';

const rng = Rng.stream(9, 'variable-gradients');
const variable = (...shape: number[]): tf.Variable =>
  tf.variable(tf.tensor(rng.normalArray(tf.util.sizeFromShape(shape)), shape));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Compares with `tf.variableGrads` bit by bit, and counts tensors. */
function expectSame(loss: () => tf.Scalar, variables: tf.Variable[]): void {
  const expected = tf.variableGrads(loss, variables);
  const before = tf.memory().numTensors;
  const received = variableGradients(loss, variables);
  expect(received.value.dataSync()).toEqual(expected.value.dataSync());
  variables.forEach(({ name }, i) => {
    const [ours, theirs] = [received.gradients[i], expected.grads[name]];
    expect(ours?.dataSync() ?? null).toEqual(theirs?.dataSync() ?? null);
    expect(ours?.shape).toEqual(theirs?.shape);
  });
  const gradients = received.gradients.filter((gradient) => gradient !== null);
  expect(tf.memory().numTensors).toBe(before + 1 + gradients.length);
  tf.dispose([expected, received.value, gradients]);
}

describe('variableGradients', () => {
  it('gives what tf.variableGrads gives, for tensors used once, several times and not at all', () => {
    const [a, b, c, unused] = [variable(3, 4), variable(4, 2), variable(2), variable(5)];
    const x = tf.tensor2d(rng.normalArray(6), [2, 3]);
    expectSame(() => {
      const h = tf.relu(tf.matMul(x, a as tf.Tensor2D));
      const y = tf.add(tf.matMul(h as tf.Tensor2D, b as tf.Tensor2D), c);
      const [left, right] = tf.split(y, 2, 1) as [tf.Tensor, tf.Tensor];
      const residual = tf.add(tf.add(y, tf.mul(y, y)), tf.concat([right, left], 1));
      // A tensor that is the same on both sides, and a branch that leads nowhere.
      tf.sum(tf.exp(h));
      return tf.mean(tf.mul(residual, tf.add(c, c))) as tf.Scalar;
    }, [a, b, c, unused]);
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3 }),
      ],
    });
    const images = tf.tensor4d(rng.normalArray(4 * 72), [4, 6, 6, 2]);
    const labels = tf.oneHot([0, 1, 2, 1], 3);
    const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    expectSame(() => {
      const logits = model.apply(images, { training: true }) as tf.Tensor2D;
      return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
    }, weights);
  });

  it('bears gradients that hand back dy, or what was saved, itself', () => {
    const [a, b] = [variable(3), variable(3)];
    const identity = (x: tf.Tensor): tf.Tensor =>
      customGradient([x], ([x]) => ({ value: x!.clone(), gradFunc: (dy) => dy }));
    const half = (x: tf.Tensor, slope: tf.Tensor): tf.Tensor =>
      customGradient([x, slope], ([x, slope], save) => {
        save([slope!]);
        return { value: tf.mul(x!, slope!), gradFunc: (dy, [slope]) => [slope!, dy] };
      });
    const loss = (): tf.Scalar => tf.sum(half(identity(a), identity(b)));
    const { value, gradients } = variableGradients(loss, [a, b]);
    expect(gradients[0]!.dataSync()).toEqual(b.dataSync());
    expect([...gradients[1]!.dataSync()]).toEqual([1, 1, 1]);
    tf.dispose([value, ...gradients] as tf.Tensor[]);
  });

  it('holds no more gradients of activations for a deeper network', () => {
    const during = (depth: number): number => {
      const a = variable(4);
      let seen = 0;
      const watch = (x: tf.Tensor): tf.Tensor =>
        customGradient([x], ([x]) => ({
          value: x!.clone(),
          gradFunc: (dy) => {
            seen = tf.memory().numTensors;
            return dy.clone();
          },
        }));
      const before = tf.memory().numTensors;
      const { value, gradients } = variableGradients(() => {
        let x = watch(a);
        for (let i = 0; i < depth; i++) x = tf.tanh(x);
        return tf.sum(x);
      }, [a]);
      tf.dispose([value, ...gradients] as tf.Tensor[]);
      a.dispose();
      return seen - before;
    };
    expect(during(20)).toBe(during(2));
  });

  it('leaves no tensors behind when something fails', () => {
    const a = variable(3);
    const before = tf.memory().numTensors;
    const fail = (): tf.Scalar => {
      tf.tanh(a);
      throw new Error('in the loss');
    };
    expect(() => variableGradients(fail, [a])).toThrow('in the loss');
    expect(tf.memory().numTensors).toBe(before);
    expect(() => variableGradients(() => tf.tanh(a) as tf.Scalar, [a])).toThrow(ShapeError);
    const unknown = (): tf.Scalar => tf.sum(tf.topk(tf.tanh(a)).values);
    expect(() => variableGradients(unknown, [a])).toThrow(ParetrainError);
    expect(() => variableGradients(unknown, [a])).toThrow(/'TopK': tfjs has no gradient/);
    expect(tf.memory().numTensors).toBe(before);
    // Recording works again.
    expectSame(() => tf.sum(tf.tanh(a)), [a]);
  });

  it('refuses to run inside another gradient', () => {
    const a = variable(3);
    const inside = (x: tf.Tensor): tf.Tensor => {
      variableGradients(() => tf.sum(a), [a]);
      return tf.sum(x);
    };
    expect(() => tf.grad(inside)(a)).toThrow(/inside another gradient/);
  });
});
