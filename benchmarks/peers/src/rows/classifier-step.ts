import { compare } from '../measure/compare.ts';
import { ownWorker, torchWorker } from '../measure/workers.ts';
import type { Row } from '../row.ts';

const BATCH_SIZE = 32;
/** Steps that take about a second. */
const NETWORKS = { vgg: 2, resnet18: 1, dpn92: 1 } as const;

/** A training step of the classifiers of papers 003 and 004 and of ResNet-18 (32x32 images), with the optimisers of their papers. */
export const classifierSteps = Object.entries(NETWORKS).map(([network, steps]): Row => ({
  id: `${network}-step`,
  title: `${network} step, batch ${BATCH_SIZE}`,
  bar: { relation: '<=', value: 1.9, goal: 1.2 },
  measure: ({ rounds, python }) =>
    compare({
      ours: ownWorker('classifier-step', [network, BATCH_SIZE]),
      rival: torchWorker(python(), 'classifier_step', [network, BATCH_SIZE]),
      rivalName: 'PyTorch',
      rounds,
      steps,
      warmUp: 2,
    }),
}));
