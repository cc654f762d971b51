export { klDivergence, type KlDivergenceOptions } from './kl-divergence.ts';
