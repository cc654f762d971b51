import type { BuiltMethod } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encoderModel, loadModel, modelArtifacts, readEncoderFile, writeEncoderFile } from '../src/index.ts';
import { IMAGE, PREPARATION, tinyEncoder, tinyImages } from './support/tiny-encoder.ts';

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

type Encoding = Pick<BuiltMethod, 'networks' | 'encode'>;

describe('a stored encoder', () => {
  it('is the same network again, with the same bytes', async () => {
    const model = tinyEncoder();
    const stored = {
      artifacts: await modelArtifacts(model),
      input: 'images',
      preparation: PREPARATION,
    } as const;
    const bytes = writeEncoderFile(stored);
    const read = readEncoderFile(bytes, 'encoder.safetensors');
    expect(Buffer.from(writeEncoderFile(read)).equals(Buffer.from(bytes))).toBe(true);
    expect(read.preparation).toEqual(PREPARATION);
    const again = await loadModel(read.artifacts);
    const images = tinyImages();
    const [a, b] = tf.tidy(() =>
      [model, again].map((one) => (one.predict(images) as tf.Tensor2D).arraySync()),
    );
    expect(b).toEqual(a);
    images.dispose();
    model.dispose();
    again.dispose();
  });

  it('is refused where it is cut or something else', async () => {
    const model = tinyEncoder();
    const artifacts = await modelArtifacts(model);
    model.dispose();
    const bytes = writeEncoderFile({ artifacts, input: 'images', preparation: PREPARATION });
    expect(() => readEncoderFile(bytes.subarray(0, -4), 'runs/a')).toThrow(
      /^runs\/a: no stored encoder: .*truncated/,
    );
    expect(() => readEncoderFile(new Uint8Array(3), 'runs/a')).toThrow(/^runs\/a: no stored encoder/);
  });
});

describe('encoderModel', () => {
  /** A network with two outputs, the first of which is the embedding, as variational encoders have. */
  function twoHeads(): tf.LayersModel {
    const encoder = tinyEncoder();
    const hidden = encoder.getLayer('tanh').output as tf.SymbolicTensor;
    const second = tf.layers.dense({ name: 'logVariance', units: 4 }).apply(hidden) as tf.SymbolicTensor;
    return tf.model({ inputs: encoder.inputs, outputs: [encoder.outputs[0]!, second] });
  }
  const encodeWith = (encoder: tf.LayersModel, factor: number): Encoding => ({
    networks: { encoder },
    encode: (images) =>
      tf.tidy(() => tf.mul((encoder.apply(images) as tf.Tensor2D[])[0]!, factor) as tf.Tensor2D),
  });

  it("takes the first output of the network 'encoder' and leaves the second out", () => {
    const encoder = twoHeads();
    const found = encoderModel(encodeWith(encoder, 1), IMAGE);
    if (!('model' in found)) throw new Error(found.reason);
    expect(found.input).toBe('images');
    expect(found.model.outputs).toHaveLength(1);
    expect(found.model.layers.map(({ name }) => name)).not.toContain('logVariance');
    encoder.dispose();
  });

  it('says why there is none', () => {
    const encoder = twoHeads();
    expect(encoderModel(encodeWith(encoder, 2), IMAGE)).toEqual({
      reason: expect.stringContaining('other values'),
    });
    expect(encoderModel({ networks: { encoder } }, IMAGE)).toEqual({ reason: 'it has no encoder' });
    const encode: NonNullable<Encoding['encode']> = () => tf.zeros([1, 1]);
    expect(encoderModel({ networks: { other: encoder }, encode }, IMAGE)).toEqual({
      reason: "it has no network called 'encoder'",
    });
    encoder.dispose();
  });
});
