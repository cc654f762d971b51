export { embed, type EmbedOptions } from './embed.ts';
export { mlp, PREDICTORS, type MlpOptions, type PredictorDetails } from './mlp.ts';
export { prediction, type PredictionOptions } from './prediction.ts';
