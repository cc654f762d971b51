export { average, difference, largest, meanOf, measuredRatio, ratio, scaled, smallest } from './effects.ts';
export { evidenceOf, type EvidenceOptions } from './evidence-of.ts';
export { judgeClaim, type JudgedClaim, type JudgedComparison, type Verdict } from './judge.ts';
export { mainMatrix } from './main-matrix.ts';
