export { augmentationPairs } from './augmentation-pairs.ts';
export { featurePrediction } from './feature-prediction.ts';
export { lossNetworks } from './loss-networks.ts';
export { perceptualEmbeddings } from './perceptual-embeddings.ts';
export { pseudoLabelling } from './pseudo-labelling.ts';
