export { featureDecoder, type FeatureDecoderOptions } from './feature-decoder.ts';
export { featureEncoder, type FeatureEncoderOptions } from './feature-encoder.ts';
export { imageDecoder, type ImageDecoderOptions } from './image-decoder.ts';
export { imageEncoder, type ImageEncoderOptions } from './image-encoder.ts';
export { INITIALIZATIONS, initializeWeights, type Initialization } from './initialization.ts';
export { trainableParameters } from './parameters.ts';
export { predictor, type PredictorOptions } from './predictor.ts';
