export {
  SCHEMA_VERSION,
  costResult,
  environment,
  historyEntry,
  lossNetworkUse,
  pluginUse,
  runFailure,
  runResult,
  runSettings,
  type CostResult,
  type Environment,
  type HistoryEntry,
  type PluginUse,
  type RunFailure,
  type RunResult,
  type RunSettings,
} from './schema.ts';
export { writeJson } from './atomic.ts';
export { canonicalJson, hashJson } from './hash.ts';
export {
  listCosts,
  listHosts,
  listResults,
  listSuites,
  paths,
  readCost,
  readHistory,
  readResult,
  removeResult,
  runId,
  writeCost,
  writeResult,
} from './results-folder.ts';
