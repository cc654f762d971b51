export { featurePrediction } from './feature-prediction.ts';
export { lossNetworks } from './loss-networks.ts';
