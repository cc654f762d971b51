export type { ReportInput } from './input.ts';
export { comparisonText, failingText, settingsText } from './claim-text.ts';
export { comparePublished, type ComparedCell, type ComparedTable } from './compare-published.ts';
export { settingsDifferences, type SettingsDifference } from './settings-differences.ts';
export { escapeHtml, html, slug, Html, type HtmlValue } from './html.ts';
export { estimate, halfWidth, overlap, ratioBounds, type Estimate, type Interval } from './statistics.ts';
export { dominates, paretoFront, type ParetoPoint } from './pareto-front.ts';
export { joinCost, type JoinCostOptions } from './join-cost.ts';
export type { FrontStatus, Group, MethodSummary } from './group.ts';
export { buildModel, type ReportModel } from './model.ts';
export {
  compareBackends,
  type Agreement,
  type BackendCell,
  type BackendComparison,
  type ComparedMethod,
} from './compare-backends.ts';
export { backendSentences } from './backend-sentences.ts';
export { inlineSvg, renderSvg, standaloneSvg, type Figure, type FigureData } from './figure.ts';
export { THEME, markerOf, type Marker } from './palette.ts';
export type { RenderedSection, Section } from './section.ts';
export { pairsOf, type MethodPairs, type ReconstructionPair } from './reconstruction-pairs.ts';
export { SECTIONS } from './sections.ts';
export { summaryLines, summarySentences } from './summary-sentences.ts';
export { resultTable, type ResultTable } from './result-table.ts';
export { renderReport, writeReport, type WriteReportOptions, type WrittenReport } from './write-report.ts';
