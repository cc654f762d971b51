import { compare } from '../measure/compare.ts';
import { ownWorker, torchWorker } from '../measure/workers.ts';
import type { Row } from '../row.ts';

const ROWS = 10_000;
const EPOCHS = 20;

/** The seven predictors of paper 000 on frozen embeddings. */
export const probes: Row = {
  id: 'probes',
  title: `seven MLPs, ${ROWS} x 64 embeddings, batch 512, ${EPOCHS} epochs`,
  bar: { relation: '<=', value: 1 },
  measure: ({ rounds, python }) =>
    compare({
      ours: ownWorker('probes', [ROWS, EPOCHS]),
      rival: torchWorker(python(), 'probes', [ROWS, EPOCHS]),
      rivalName: 'PyTorch',
      rounds,
      steps: 1,
      warmUp: 2,
    }),
};
