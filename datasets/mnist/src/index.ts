export { fashionMnist } from './fashion-mnist.ts';
export type { IdxDatasetOptions } from './idx-dataset.ts';
export { mnist } from './mnist.ts';
