export { type TensorflowOptions } from './options.ts';
export { tensorflow } from './tensorflow.ts';
