export { type FeatureSet } from './feature-set.ts';
export { featureStatistics, type FeatureStatistics } from './feature-statistics.ts';
export { frechetDistance } from './frechet-distance.ts';
export { imageFeatures, type ImageFeaturesOptions } from './image-features.ts';
export { kernelDistance } from './kernel-distance.ts';
export { loadLpips, type Lpips } from './lpips.ts';
export { type LpipsContext, type LpipsNet } from './lpips-context.ts';
