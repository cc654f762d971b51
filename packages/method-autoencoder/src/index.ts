export { autoencoder } from './autoencoder.ts';
export { type AutoencoderDefinition } from './definition.ts';
export { type AutoencoderOptions } from './options.ts';
export { PRESETS, fFFp, fIPs, fIPw, iFFp, iIPs, iIPw, pVae, plAe, sdaAe, vae } from './presets.ts';
export { pca, type PcaOptions } from './pca.ts';
export { untrained, type UntrainedOptions } from './untrained.ts';
