export { difference, largest, meanOf, measuredRatio, ranked, ratio, smallest } from './effects.ts';
export { evidenceOf, type EvidenceOptions } from './evidence-of.ts';
export { judgeClaim, type JudgedClaim, type JudgedComparison, type Verdict } from './judge.ts';
