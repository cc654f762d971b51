import { compare } from '../measure/compare.ts';
import { ownWorker, type Simd } from '../measure/workers.ts';
import type { Row } from '../row.ts';
import { inGflops } from './gflops.ts';

/** Rows, columns and depth of the product. */
const SIZES = [
  [1024, 1024, 1024],
  [1026, 64, 512],
  [21_600, 64, 512],
] as const;
/** Either side is slower by a tenth or more in some processes, for as long as they live: several are started. */
const PAIRS = 4;
const BARS = { relaxed: 1.6, plain: 1.4 } as const;

/** Our matrix product against that of @tensorflow/tfjs-backend-wasm. */
export const matrixProducts = (['relaxed', 'plain'] as const).flatMap((simd) =>
  SIZES.map((size) => matrixProduct(size, simd)),
);

function matrixProduct(size: readonly [number, number, number], simd: Simd): Row {
  return {
    id: `matrix-product-${size[0]}${simd === 'plain' ? '-plain' : ''}`,
    title: `matrix product ${size.join('x')}, ${simd} SIMD`,
    bar: { relation: '>=', value: BARS[simd] },
    async measure({ rounds }) {
      const measured = await compare({
        ours: ownWorker('matrix-product', [...size, 'own'], simd),
        rival: ownWorker('matrix-product', [...size, 'stock']),
        rivalName: 'stock tfjs',
        of: 'speed',
        rounds,
        steps: 10,
        warmUp: 10,
        pairs: PAIRS,
      });
      return inGflops(measured);
    },
  };
}
