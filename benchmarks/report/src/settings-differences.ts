import { trainingSettings, type PluginChoice, type Suite, type SuiteProfile } from '@paretrain/core';
import { canonicalJson, type RunResult } from '@paretrain/store';

/** A setting that was another one for the paper. */
export interface SettingsDifference {
  /** "epochs", "rollouts of lunar-lander". */
  readonly what: string;
  readonly here: string;
  readonly paper: string;
}

/**
 * In what runs differ from a suite's `paper` profile: seeds, latent sizes, training, loss network, data and evaluators. Options are
 * compared that the runs' own profile or the paper's names; others have their defaults in both.
 */
export function settingsDifferences(
  runs: readonly RunResult[],
  profiles: Suite['profiles'],
): SettingsDifference[] {
  const { paper } = profiles;
  const own = Object.entries(profiles).find(([name]) => name === runs[0]?.profile)?.[1];
  const all = [
    compare('seeds', listOf(runs, ({ seed }) => seed).length, paper.seeds),
    ...datasetDifferences(runs, own, paper),
    ...trainingDifferences(runs, paper),
    ...choiceDifferences(
      'loss network',
      runs.flatMap(({ settings }) => settings.lossNetwork ?? []),
      own?.lossNetworks,
      paper.lossNetworks,
    ),
    ...paper.evaluators.flatMap((choice) => {
      const uses = runs.flatMap(({ settings }) =>
        settings.evaluators.filter(({ name }) => name === choice.name),
      );
      const ofOwn = own?.evaluators.filter(({ name }) => name === choice.name);
      return choiceDifferences(`evaluator ${choice.name}`, uses, ofOwn, [choice]);
    }),
  ];
  return all.flatMap((difference) => difference ?? []);
}

function datasetDifferences(
  runs: readonly RunResult[],
  own: SuiteProfile | undefined,
  paper: SuiteProfile,
): (SettingsDifference | null)[] {
  return listOf(runs, ({ dataset }) => dataset.name).flatMap((name) => {
    const ofDataset = runs.filter(({ dataset }) => dataset.name === name);
    const choice = paper.datasets.find((one) => one.name === name);
    if (!choice) return [{ what: 'data set', here: name, paper: namesOf(paper.datasets) }];
    const [first] = ofDataset;
    const { subset } = first!.settings.dataset;
    const paperSubset = choice.subset;
    return [
      compare(
        `latent sizes on ${name}`,
        listOf(ofDataset, ({ latentSize }) => latentSize).sort((a, b) => a - b),
        choice.latentSizes ?? paper.latentSizes,
      ),
      compare(
        `images of ${name}`,
        subset ? partText(subset.size) : 'all',
        paperSubset === undefined
          ? 'all'
          : partText(typeof paperSubset === 'number' ? paperSubset : paperSubset.size),
      ),
      ...choiceDifferences(
        name,
        ofDataset.map(({ settings }) => settings.dataset),
        own?.datasets.filter((one) => one.name === name),
        [choice],
      ),
    ];
  });
}

/** A share up to 1, or so many images. */
function partText(size: number): string {
  return size <= 1 ? `${Number((100 * size).toPrecision(3))} %` : `at most ${size} of a split`;
}

const TRAINING_WORDS: Readonly<Record<string, string>> = {
  batchSize: 'batch size',
  validationFraction: 'share that validates',
  targets: 'features of the loss network',
};

function trainingDifferences(runs: readonly RunResult[], paper: SuiteProfile): (SettingsDifference | null)[] {
  const published = trainingSettings.parse(paper.training);
  return Object.entries(published).flatMap(([option, value]) => {
    // How much memory cached features may take changes no result.
    if (option === 'cacheBytes') return [];
    const here = listOf(runs, ({ settings }) => canonicalJson(settings.training[option] ?? null));
    return here.map((text) => compare(TRAINING_WORDS[option] ?? option, JSON.parse(text), value));
  });
}

/** Which plugin was used, and the options that either profile names. */
function choiceDifferences(
  what: string,
  uses: readonly { readonly name: string; readonly options: Readonly<Record<string, unknown>> }[],
  own: readonly PluginChoice[] | undefined,
  paper: readonly PluginChoice[],
): (SettingsDifference | null)[] {
  const names = [...new Set(uses.map(({ name }) => name))];
  return names.flatMap((name) => {
    const published = paper.find((choice) => choice.name === name);
    if (!published) return [{ what, here: name, paper: namesOf(paper) }];
    const stated = own?.find((choice) => choice.name === name);
    const options = new Set([...Object.keys(published.options ?? {}), ...Object.keys(stated?.options ?? {})]);
    return [...options].flatMap((option) => {
      const values = uses
        .filter((use) => use.name === name)
        .map((use) => canonicalJson(use.options[option] ?? null));
      const there = (published.options as Record<string, unknown> | undefined)?.[option];
      return [...new Set(values)].map((value) =>
        compare(`${option} of ${what}`, JSON.parse(value), there === undefined ? 'the default' : there),
      );
    });
  });
}

function compare(what: string, here: unknown, paper: unknown): SettingsDifference | null {
  if (canonicalJson(here) === canonicalJson(paper)) return null;
  return { what, here: valueText(here), paper: valueText(paper) };
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ');
  if (Array.isArray(value)) return JSON.stringify(value);
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key} ${valueText(one)}`)
    .join(', ');
}

function namesOf(choices: readonly PluginChoice[]): string {
  return choices.map(({ name }) => name).join(', ');
}

function listOf<Value>(runs: readonly RunResult[], valueOf: (run: RunResult) => Value): Value[] {
  return [...new Set(runs.map(valueOf))];
}
