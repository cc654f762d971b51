export { featurePrediction, type FeaturePredictionOptions } from './feature-prediction.ts';
