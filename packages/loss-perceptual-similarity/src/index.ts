export { perceptualSimilarity, type PerceptualSimilarityOptions } from './perceptual-similarity.ts';
