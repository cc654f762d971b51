import type { PlantedPoint } from './plant.ts';

/*
 * Matrices in which the papers' effects can be found: the values of their tables, and where they give words only, values that fit
 * the words. Beside each the mirror image: within every data set and latent size what was best is worst, and where a paper finds no
 * difference there is one.
 */

/** A value of each method. */
type Row = Readonly<Record<string, number>>;

export interface World {
  readonly published: readonly PlantedPoint[];
  readonly mirrored: readonly PlantedPoint[];
}

/** The same where nothing has an effect: one value on a data set whatever the method, the latent size and the predictor. */
export function withoutEffect({ published }: World): readonly PlantedPoint[] {
  const kindOf = (metric: string): string => metric.split('.')[1]!;
  const meanOf = (dataset: string, kind: string): number => {
    const values = published
      .filter((point) => point.dataset === dataset)
      .flatMap(({ metrics }) => Object.entries(metrics))
      .flatMap(([metric, value]) => (kindOf(metric) === kind ? value : []));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return published.map((point) => ({
    ...point,
    metrics: Object.fromEntries(
      Object.keys(point.metrics).map((metric) => [metric, meanOf(point.dataset, kindOf(metric))]),
    ),
    ...(point.curves && {
      curves: Object.fromEntries(Object.keys(point.curves).map((metric) => [metric, restless(0.9)])),
    }),
    ...(point.bestEpoch !== undefined && { bestEpoch: 20 }),
    ...(point.secondsPerEpoch !== undefined && { secondsPerEpoch: 10 }),
    ...(point.encodeMsPerImage !== undefined && { encodeMsPerImage: 1 }),
  }));
}

/** Largest plus smallest less the value: the order turned round, over the same range. */
function mirror(row: Row): Row {
  const values = Object.values(row);
  const sum = Math.max(...values) + Math.min(...values);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, sum - value]));
}

const times = (row: Row, factors: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value * (factors[name] ?? 1)]));

/** Paper 000: Table I and section VIII. F-F-FP needs fewer epochs than I-F-FP. */
const FEATURE_PREDICTION = {
  'lunar-lander': {
    metric: 'mlp.distance',
    results: {
      'I-I-PW': 13.76,
      'F-I-PW': 13,
      'I-I-PS': 1.96,
      'F-I-PS': 2.2,
      'I-F-FP': 1.92,
      'F-F-FP': 2.4,
      'simple-cnn': 8.1,
    },
    epochs: {
      'I-I-PW': 8,
      'F-I-PW': 8,
      'I-I-PS': 10,
      'F-I-PS': 10,
      'I-F-FP': 6,
      'F-F-FP': 6,
      'simple-cnn': 3,
    },
  },
  'stl-10': {
    metric: 'mlp.accuracy',
    results: {
      'I-I-PW': 0.38,
      'F-I-PW': 0.4,
      'I-I-PS': 0.59,
      'F-I-PS': 0.58,
      'I-F-FP': 0.67,
      'F-F-FP': 0.42,
      'simple-cnn': 0.48,
    },
    epochs: {
      'I-I-PW': 19,
      'F-I-PW': 19,
      'I-I-PS': 21,
      'F-I-PS': 21,
      'I-F-FP': 15,
      'F-F-FP': 15,
      'simple-cnn': 7,
    },
  },
  svhn: {
    metric: 'mlp.accuracy',
    results: {
      'I-I-PW': 0.82,
      'F-I-PW': 0.77,
      'I-I-PS': 0.87,
      'F-I-PS': 0.85,
      'I-F-FP': 0.86,
      'F-F-FP': 0.55,
      'simple-cnn': 0.89,
    },
    epochs: {
      'I-I-PW': 8,
      'F-I-PW': 8,
      'I-I-PS': 10,
      'F-I-PS': 10,
      'I-F-FP': 5.5,
      'F-F-FP': 5.5,
      'simple-cnn': 3,
    },
  },
} as const;

/** In the mirror image the encoder of features does worse, and takes twice the time. */
const FEATURE_ENCODER_FAILS = {
  error: { 'F-I-PW': 2, 'F-I-PS': 2 },
  accuracy: { 'F-I-PW': 0.7, 'F-I-PS': 0.7 },
  encoding: { 'F-I-PW': 2, 'F-I-PS': 2, 'F-F-FP': 2 },
};

function featurePredictionPoints(mirrored: boolean): PlantedPoint[] {
  return Object.entries(FEATURE_PREDICTION).flatMap(([dataset, { metric, results, epochs }]) => {
    const failing = FEATURE_ENCODER_FAILS[metric === 'mlp.distance' ? 'error' : 'accuracy'];
    const encoding = Object.fromEntries(Object.keys(results).map((method) => [method, 1]));
    const own = mirrored
      ? {
          results: times(mirror(results), failing),
          epochs: mirror(epochs),
          encoding: times(encoding, FEATURE_ENCODER_FAILS.encoding),
        }
      : { results, epochs, encoding };
    return Object.keys(results).flatMap((method) =>
      [64, 128, 256].map((latentSize) => ({
        dataset,
        method,
        latentSize,
        metrics: { [metric]: (own.results as Row)[method]! },
        bestEpoch: (method === 'F-F-FP') === mirrored ? 40 : 20,
        secondsPerEpoch: (own.epochs as Row)[method]!,
        encodeMsPerImage: (own.encoding as Row)[method]!,
      })),
    );
  });
}

export const featurePrediction: World = {
  published: featurePredictionPoints(false),
  mirrored: featurePredictionPoints(true),
};

const AUTOENCODERS = ['I-I-PW', 'VAE', 'I-I-PS', 'P.VAE'] as const;

const byMethod = (methods: readonly string[], values: readonly number[]): Row =>
  Object.fromEntries(methods.map((method, i) => [method, values[i]!]));

/** Paper 001: Tables II to VIII by latent size, MLPs then linear regressors; of Table VIII the best L1 error by a method's own. */
const PERCEPTUAL_EMBEDDINGS = {
  'lunar-lander': {
    metric: 'distance',
    reconstruction: [0.93, 0.77, 1, 0.73],
    sizes: {
      32: [
        [13.44, 12.7, 2.11, 1.28],
        [13.73, 12.67, 7.23, 7.46],
      ],
      64: [
        [13.28, 13.22, 1.6, 1.15],
        [13.6, 12.99, 6.85, 5.5],
      ],
      128: [
        [13.31, 13.31, 1.44, 1.15],
        [14.18, 12.96, 6.72, 5.54],
      ],
      256: [
        [13.22, 13.28, 1.44, 1.28],
        [15.17, 13.38, 6.4, 5.18],
      ],
    },
  },
  'stl-10': {
    metric: 'accuracy',
    reconstruction: [1, 0.92, 0.6, 0.44],
    sizes: {
      64: [
        [0.385, 0.419, 0.614, 0.634],
        [0.346, 0.368, 0.563, 0.581],
      ],
      128: [
        [0.39, 0.424, 0.626, 0.623],
        [0.354, 0.397, 0.597, 0.574],
      ],
      256: [
        [0.415, 0.389, 0.634, 0.648],
        [0.402, 0.436, 0.595, 0.637],
      ],
      512: [
        [0.45, 0.392, 0.633, 0.644],
        [0.444, 0.459, 0.601, 0.649],
      ],
    },
  },
  svhn: {
    metric: 'accuracy',
    reconstruction: [1, 0.97, 0.75, 0.57],
    sizes: {
      32: [
        [0.765, 0.768, 0.77, 0.696],
        [0.255, 0.32, 0.616, 0.589],
      ],
      64: [
        [0.815, 0.818, 0.822, 0.768],
        [0.248, 0.412, 0.672, 0.663],
      ],
      128: [
        [0.819, 0.827, 0.84, 0.812],
        [0.293, 0.475, 0.706, 0.712],
      ],
    },
  },
} as const;

/** In the mirror image linear regressors do much worse on STL-10. */
const LINEAR_FAILS: Row = byMethod(AUTOENCODERS, [0.5, 0.5, 0.5, 0.5]);

function perceptualEmbeddingsPoints(mirrored: boolean): PlantedPoint[] {
  const turn = mirrored ? mirror : (row: Row): Row => row;
  return Object.entries(PERCEPTUAL_EMBEDDINGS).flatMap(([dataset, { metric, reconstruction, sizes }]) => {
    const l1 = turn(
      byMethod(
        AUTOENCODERS,
        reconstruction.map((share) => 0.02 / share),
      ),
    );
    const epochs = turn(byMethod(AUTOENCODERS, [10, 10.2, 11.2, 11.4]));
    return Object.entries(sizes).flatMap(([size, [mlps, regressors]]) => {
      const mlp = turn(byMethod(AUTOENCODERS, mlps));
      const linear = turn(byMethod(AUTOENCODERS, regressors));
      const failing = mirrored && dataset === 'stl-10' ? times(linear, LINEAR_FAILS) : linear;
      return AUTOENCODERS.map((method) => ({
        dataset,
        method,
        latentSize: Number(size),
        metrics: {
          [`mlp.${metric}`]: mlp[method]!,
          [`linear.${metric}`]: failing[method]!,
          'retrained-decoder.l1': l1[method]!,
        },
        secondsPerEpoch: epochs[method]!,
      }));
    });
  });
}

export const perceptualEmbeddings: World = {
  published: perceptualEmbeddingsPoints(false),
  mirrored: perceptualEmbeddingsPoints(true),
};

const CLASSIFIERS = ['I-I-PW', 'I-I-PS', 'SDA-AE', 'PL-AE', 'supervised-cnn'] as const;

/** Paper 002, Tables 2 to 4, by embedding size. */
const PSEUDO_LABELLING = {
  mnist: {
    250: [0.9591, 0.9778, 0.9812, 0.987, 0.9938],
    300: [0.9596, 0.9837, 0.9804, 0.993, 0.9944],
    350: [0.9667, 0.9849, 0.9837, 0.9927, 0.9943],
  },
  'cifar-10': {
    250: [0.3627, 0.5522, 0.5621, 0.6066, 0.8077],
    300: [0.3767, 0.5633, 0.5686, 0.606, 0.8114],
    350: [0.3915, 0.5646, 0.5742, 0.6071, 0.8173],
  },
  svhn: {
    250: [0.3299, 0.7301, 0.7207, 0.7559, 0.9253],
    300: [0.3512, 0.7467, 0.7292, 0.7621, 0.9257],
    350: [0.3648, 0.7476, 0.7417, 0.7648, 0.9257],
  },
} as const;

const EPOCHS = 40;

/** In the mirror image simple augmentation does harm, and the largest embeddings of what kept its accuracy lose it. */
const MIRRORED_SIZES: Readonly<Record<string, Row>> = {
  350: byMethod(CLASSIFIERS, [0.9, 0.9, 0.8, 0.9, 0.9]),
  300: byMethod(CLASSIFIERS, [1, 1, 0.9, 1, 1]),
  250: byMethod(CLASSIFIERS, [1, 1, 0.9, 1, 1]),
};

/** A jagged curve that peaks early and falls a little. */
const restless = (top: number): number[] =>
  Array.from({ length: EPOCHS }, (_, i) => (i === 4 ? top : top - 0.01 - (i % 2 ? 0.01 : 0) - i * 1e-4));

/** A smooth curve that rises to the end. */
const steady = (top: number): number[] =>
  Array.from(
    { length: EPOCHS },
    (_, i) => top - 0.08 * Math.exp(-i / 8) + 0.08 * Math.exp(-(EPOCHS - 1) / 8),
  );

function pseudoLabellingPoints(mirrored: boolean): PlantedPoint[] {
  return Object.entries(PSEUDO_LABELLING).flatMap(([dataset, sizes]) =>
    Object.entries(sizes).flatMap(([size, values]) => {
      const row = byMethod(CLASSIFIERS, values);
      const own = mirrored ? times(mirror(row), MIRRORED_SIZES[size]!) : row;
      return CLASSIFIERS.map((method) => {
        const evaluator = method === 'supervised-cnn' ? 'prediction' : 'linear-svm';
        const curve = (method === 'PL-AE') === mirrored ? restless : steady;
        return {
          dataset,
          method,
          latentSize: Number(size),
          metrics: { [`${evaluator}.bestAccuracy`]: own[method]! },
          curves: { [`${evaluator}.accuracy`]: curve(own[method]!) },
        };
      });
    }),
  );
}

export const pseudoLabelling: World = {
  published: pseudoLabellingPoints(false),
  mirrored: pseudoLabellingPoints(true),
};

/** The single transformations of figures 11 to 13, whose values the text does not give; the first of each is what no transformation gives. */
const TRANSFORMATIONS: Readonly<Record<string, Row>> = {
  mnist: { '': 0.98, rotation: 0.985, affine: 0.986, crop: 0.98, cutout: 0.984, 'gaussian-noise': 0.982 },
  'cifar-10': {
    '': 0.56,
    rotation: 0.58,
    affine: 0.58,
    crop: 0.59,
    cutout: 0.57,
    'gaussian-noise': 0.5,
    'colour-jitter': 0.59,
    'grey-scale': 0.57,
    'horizontal-flip': 0.58,
    'vertical-flip': 0.57,
  },
  svhn: {
    '': 0.74,
    rotation: 0.75,
    affine: 0.75,
    crop: 0.6,
    cutout: 0.75,
    'gaussian-noise': 0.74,
    'colour-jitter': 0.76,
    'grey-scale': 0.74,
  },
};

const HINDERING: Row = { rotation: 0.9, affine: 0.9, crop: 0.9, cutout: 0.9, 'gaussian-noise': 0.9 };

function augmentationPairsPoints(mirrored: boolean): PlantedPoint[] {
  return Object.entries(TRANSFORMATIONS).flatMap(([dataset, row]) => {
    const turned = dataset === 'mnist' ? times(row, HINDERING) : mirror(row);
    return Object.entries(mirrored ? turned : row).map(([variant, accuracy]) => ({
      dataset,
      ...(variant === '' ? { method: 'I-I-PS' } : { method: 'PL-AE', variant }),
      latentSize: 300,
      metrics: { 'linear-svm.accuracy': accuracy },
    }));
  });
}

export const augmentationPairs: World = {
  published: augmentationPairsPoints(false),
  mirrored: augmentationPairsPoints(true),
};
