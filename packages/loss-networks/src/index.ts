export { alexnetFeatures, type AlexnetFeaturesOptions } from './alexnet-features.ts';
export { alexnetLossNetwork, type AlexnetLossNetworkOptions } from './alexnet-loss-network.ts';
export { readAlexnetWeights, randomAlexnetWeights, type AlexnetWeights } from './alexnet-weights.ts';
export { paretrain, type ParetrainOptions } from './paretrain.ts';
export { random, type RandomOptions } from './random.ts';
