export { featurePrediction } from './feature-prediction.ts';
