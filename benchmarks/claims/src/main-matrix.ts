import { canonicalJson, type RunResult } from '@paretrain/store';

/**
 * The runs that can be compared with each other: of one backend, one set of training settings, one loss network and, data set by data
 * set, one state of the data. Where stored results have several of these, the kind with most finished runs stays, or of equals
 * the one that was finished last.
 */
export function mainMatrix(results: readonly RunResult[]): RunResult[] {
  const sameBackend = mostCommon(results, ({ backend }) => backend.name);
  const sameTraining = mostCommon(sameBackend, ({ settings }) => canonicalJson(settings.training));
  const withNetwork = mostCommon(
    sameTraining.filter(({ settings }) => settings.lossNetwork !== null),
    ({ settings }) => canonicalJson(settings.lossNetwork),
  );
  const sameNetwork = sameTraining.filter(
    (run) => run.settings.lossNetwork === null || withNetwork.includes(run),
  );
  const datasets = [...new Set(sameNetwork.map(({ dataset }) => dataset.name))];
  return datasets.flatMap((name) =>
    mostCommon(
      sameNetwork.filter(({ dataset }) => dataset.name === name),
      ({ settings }) => canonicalJson(settings.dataset),
    ),
  );
}

function mostCommon(results: readonly RunResult[], keyOf: (run: RunResult) => string): RunResult[] {
  const groups = new Map<string, RunResult[]>();
  for (const run of results) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), run]);
  const rank = (runs: readonly RunResult[]) => ({
    finished: runs.filter(({ failure }) => failure === null).length,
    last: runs
      .map(({ finishedAt }) => finishedAt)
      .sort()
      .at(-1)!,
  });
  const [first] = [...groups.values()].sort((a, b) => {
    const [ofA, ofB] = [rank(a), rank(b)];
    return ofB.finished - ofA.finished || ofB.last.localeCompare(ofA.last);
  });
  return first ?? [];
}
