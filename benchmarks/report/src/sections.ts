import type { Section } from './section.ts';
import { backendsSection } from './sections/backends.ts';
import { claimsSection } from './sections/claims.ts';
import { everyEpochSection } from './sections/every-epoch.ts';
import { heatMapsSection } from './sections/heat-maps.ts';
import { learningCurvesSection } from './sections/learning-curves.ts';
import { paretoSection } from './sections/pareto.ts';
import { provenanceSection } from './sections/provenance.ts';
import { publishedSection } from './sections/published.ts';
import { reconstructionsSection } from './sections/reconstructions.ts';
import { resultsSection } from './sections/results.ts';
import { summarySection } from './sections/summary.ts';
import { tSneSection } from './sections/t-sne.ts';

/** The page from top to bottom. */
export const SECTIONS: readonly Section[] = [
  summarySection,
  paretoSection,
  resultsSection,
  everyEpochSection,
  heatMapsSection,
  backendsSection,
  claimsSection,
  publishedSection,
  learningCurvesSection,
  tSneSection,
  reconstructionsSection,
  provenanceSection,
];
