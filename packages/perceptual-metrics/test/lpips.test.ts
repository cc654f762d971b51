import '@paretrain/backend-wasm';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, Rng, ShapeError } from '@paretrain/core';
import { expectAllclose, expectGradient, expectNoLeaks } from '@paretrain/testing';
import { writeSafetensors, type TensorToWrite } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLpips, type Lpips, type LpipsNet } from '../src/index.ts';

interface Case {
  readonly size: number;
  readonly distance: number[];
  readonly gradient: { norm: number; step: number; values: number[] };
}
const fixture = JSON.parse(readFileSync(new URL('fixtures/lpips.json', import.meta.url), 'utf8')) as Record<
  LpipsNet,
  Case
>;
const directory = mkdtempSync(join(tmpdir(), 'paretrain-lpips-'));
const cacheDirectory = join(directory, 'cache', 'perceptual-metrics');

/** As scripts/make-lpips-fixture.py has it. */
function scatter(count: number, start: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const number = Math.sin(12.9898 * i + start) * 43758.5453;
    return 2 * (number - Math.floor(number)) - 1;
  });
}

function formulaImages(size: number, frequency: number): tf.Tensor4D {
  const values = Float32Array.from(
    { length: 2 * size * size * 3 },
    (_, i) => 0.5 + 0.5 * Math.sin(frequency * i + frequency),
  );
  return tf.tensor4d(values, [2, size, size, 3]);
}

/** Weights by formulas for a trunk of these convolutions: number in torchvision's row, filters, inputs, size. */
function writeTrunk(
  file: string,
  convolutions: readonly (readonly [index: number, filters: number, inputs: number, size: number])[],
  change: (first: Float32Array) => void = () => undefined,
): void {
  const tensors: Record<string, TensorToWrite> = {};
  convolutions.forEach(([index, filters, inputs, size], k) => {
    const fanIn = inputs * size * size;
    const data = Float32Array.from(scatter(filters * fanIn, k), (value) => Math.sqrt(6 / fanIn) * value);
    if (k === 0) change(data);
    tensors[`features.${index}.weight`] = { shape: [filters, inputs, size, size], data };
    tensors[`features.${index}.bias`] = {
      shape: [filters],
      data: Float32Array.from(scatter(filters, 0.5 + k), (value) => 0.1 * value),
    };
  });
  write(file, tensors);
}

function writeHeads(net: LpipsNet, channels: readonly number[]): void {
  const heads = channels.map((count, k): [string, TensorToWrite] => [
    `lin${k}.model.1.weight`,
    { shape: [1, count, 1, 1], data: Float32Array.from(scatter(count, 100 + k), (value) => 1 + value) },
  ]);
  write(`${net}.pth`, Object.fromEntries(heads));
}

function write(file: string, tensors: Record<string, TensorToWrite>): void {
  mkdirSync(join(directory, 'weights'), { recursive: true });
  writeFileSync(join(directory, 'weights', file), writeSafetensors(tensors));
}

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
  writeTrunk(
    'alexnet-owt-7be5be79.pth',
    [
      [0, 64, 3, 11],
      [3, 192, 64, 5],
      [6, 384, 192, 3],
      [8, 256, 384, 3],
      [10, 256, 256, 3],
    ],
    (first) => first.set([1.1864e-1, 9.4069e-2, 9.5435e-2]),
  );
  writeHeads('alex', [64, 192, 384, 256, 256]);
  writeTrunk('vgg16-397923af.pth', [
    [0, 64, 3, 3],
    [2, 64, 64, 3],
    [5, 128, 64, 3],
    [7, 128, 128, 3],
    [10, 256, 128, 3],
    [12, 256, 256, 3],
    [14, 256, 256, 3],
    [17, 512, 256, 3],
    [19, 512, 512, 3],
    [21, 512, 512, 3],
    [24, 512, 512, 3],
    [26, 512, 512, 3],
    [28, 512, 512, 3],
  ]);
  writeHeads('vgg', [64, 128, 256, 512, 512]);
}, 180_000);
afterAll(() => rmSync(directory, { recursive: true }));

const SHARED =
  process.env['PARETRAIN_DATA_DIR'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const missing = ['squeezenet1_1_fp16.safetensors', 'lpips_lin_v0.1.safetensors'].filter(
  (file) => !existsSync(join(SHARED, 'weights', file)),
);
if (missing.length > 0) console.info(`skipped: no ${missing.join(', ')} in ${SHARED} (PARETRAIN_DATA_DIR)`);

async function expectAsRecorded(net: LpipsNet, dataDirectory: string): Promise<void> {
  await expectNoLeaks(async () => {
    const lpips = await loadLpips(net, { dataDirectory, cacheDirectory });
    expect(lpips.weightsChecksum).toMatch(/^[0-9a-f]{64}$/);
    const { size, distance, gradient } = fixture[net];
    tf.tidy(() => {
      const [a, b] = [formulaImages(size, 0.013), formulaImages(size, 0.017)];
      expectAllclose(lpips.distance(a, b).dataSync(), distance, 1e-4, 'distance');
      // The recorded images have no ReLU whose input is zero within rounding, where gradients may differ.
      const slope = tf
        .grad((x) => tf.sum(lpips.distance(a, x as tf.Tensor4D)))(b)
        .dataSync<'float32'>();
      expectAllclose([Math.sqrt(slope.reduce((sum, x) => sum + x * x, 0))], [gradient.norm], 1e-3, 'norm');
      expectAllclose(
        slope.filter((_, i) => i % gradient.step === 0),
        gradient.values,
        2e-3,
        'gradient',
      );
    });
    lpips.dispose();
  });
}

describe("the reference implementation's distances and gradients", () => {
  it.each(['alex', 'vgg'] as const)('%s, on formula weights', (net) => expectAsRecorded(net, directory));

  it.skipIf(missing.length > 0)('squeeze, with its real weights', () => expectAsRecorded('squeeze', SHARED));
});

describe('LPIPS', () => {
  let lpips: Lpips;
  beforeAll(async () => {
    lpips = await loadLpips('alex', { dataDirectory: directory, cacheDirectory });
  });
  afterAll(() => lpips.dispose());

  it('is zero for the same images, with a gradient of zeros and no NaN', () => {
    tf.tidy(() => {
      for (const images of [formulaImages(66, 0.013), tf.zeros([1, 66, 66, 3]), tf.ones([1, 66, 66, 3])]) {
        const x = images as tf.Tensor4D;
        expect(
          lpips
            .distance(x, x)
            .dataSync()
            .every((value) => value === 0),
        ).toBe(true);
        const slope = tf.grad((y) => tf.sum(lpips.distance(x, y as tf.Tensor4D)))(x);
        expect(slope.dataSync().every((value) => value === 0)).toBe(true);
      }
    });
  });

  it('is symmetric, and its gradient agrees with central differences', () => {
    tf.tidy(() => {
      const [a, b] = [formulaImages(66, 0.013), formulaImages(66, 0.017)];
      expectAllclose(lpips.distance(a, b).dataSync(), lpips.distance(b, a).dataSync(), 1e-6);
      expectGradient(
        (x) => tf.sum(lpips.distance(a, x as tf.Tensor4D)).asScalar(),
        b,
        Rng.stream(0, 'directions'),
        { step: 1e-4, tolerance: 0.05 },
      );
    });
  });

  it('refuses images of two shapes and images that are too small', () => {
    tf.tidy(() => {
      const a = formulaImages(66, 0.013);
      expect(() => lpips.distance(a, tf.zeros([1, 66, 66, 3]))).toThrow(ShapeError);
      const small = tf.zeros<tf.Rank.R4>([1, 20, 20, 3]);
      expect(() => lpips.distance(small, small)).toThrow(/'alexnet': images: .* sides of at least/);
    });
  });

  it('names missing heads, a missing trunk and heads of another network', async () => {
    const empty = { dataDirectory: join(directory, 'empty'), cacheDirectory };
    await expect(loadLpips('squeeze', empty)).rejects.toThrow(DataError);
    await expect(loadLpips('squeeze', empty)).rejects.toThrow(/LPIPS 'squeeze': no 'weights\/squeeze\.pth'/);
    writeHeads('squeeze', [64, 128]);
    await expectNoLeaks(() =>
      expect(loadLpips('squeeze', { dataDirectory: directory, cacheDirectory })).rejects.toThrow(
        /LPIPS 'squeeze': .*tensor 'lin2\.model\.1\.weight': not in the file/,
      ),
    );
    writeHeads('squeeze', [64, 128, 256, 384, 384, 512, 512]);
    await expect(loadLpips('squeeze', { dataDirectory: directory, cacheDirectory })).rejects.toThrow(
      /'squeezenet1_1': no 'weights\/squeezenet1_1_fp16\.safetensors' or/,
    );
  });
});
