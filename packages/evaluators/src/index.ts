export { embed, type EmbedOptions } from './embed.ts';
export type { ReconstructionPair } from './image-pairs.ts';
export { linear, type LinearOptions } from './linear.ts';
export { linearSvm, type LinearSvmOptions } from './linear-svm.ts';
export { mlp, PREDICTORS, PREDICTOR_GRID, type MlpOptions, type PredictorDetails } from './mlp.ts';
export { prediction, type PredictionOptions } from './prediction.ts';
export { reconstruction, type ReconstructionOptions } from './reconstruction.ts';
export { retrainedDecoder, type RetrainedDecoderOptions, type RetrainedPair } from './retrained-decoder.ts';
export { tSne, type TSneDetails, type TSneOptions } from './t-sne.ts';
