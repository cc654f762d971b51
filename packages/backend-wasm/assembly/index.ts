/**
 * The module's exports. It imports the memory of the TensorFlow.js WASM module and works in place on tensors, so it must not own memory:
 * no static data, no allocation (`--runtime stub`, no `new`), every scratch byte comes from the caller's workspace.
 */
export { adam } from './adam';
export {
  biasActivation,
  biasActivationWorkspace,
  leakyRelu,
  leakyReluGradient,
  reluGradient,
  sigmoid,
  sigmoidGradient,
} from './activations';
export { batchNormBackward, batchNormForward, batchNormWorkspace, movingStatistics } from './batch-norm';
export {
  convolutionFilterGradient,
  convolutionForward,
  convolutionInputGradient,
  convolutionWorkspace,
} from './convolution';
export { copyRuns } from './copies';
export { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export {
  groupedConvolutionFilterGradient,
  groupedConvolutionForward,
  groupedConvolutionInputGradient,
  groupedConvolutionWorkspace,
} from './grouped-convolution';
export { maxPoolGradient } from './max-pooling';
export { meanSquaredError, sigmoidMeanSquaredError } from './losses';
export { allowStrassen, matrixProduct, matrixProductWorkspace } from './matrix-product';
export { sgd } from './sgd';
export { sum, sumWorkspace } from './reductions';
export { winogradFilterGradient, winogradForward, winogradInputGradient, winogradWorkspace } from './winograd-channels';
// Exported so that they are never inlined: see scripts/micro-kernel.mjs.
export { directTile4x8, packedTile4x8, columnsOntoTile4x8, directOntoTile4x8 } from './generated/block-4x8';
export {
  addingTile6x8, columnsOntoTile6x8, directOntoTile6x8, directTile6x8, packedTile6x8, subtractingTile6x8,
} from './generated/block-6x8';
