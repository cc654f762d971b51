import { PROFILES, parseSubset, trainingSettings, type Suite } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { testPlugin } from './plugin.ts';

/** Names of plugins that exist, by kind; a kind that is left out is not checked. */
export interface SuiteTest {
  readonly datasets?: readonly string[];
  readonly methods?: readonly string[];
  readonly lossNetworks?: readonly string[];
  readonly evaluators?: readonly string[];
}

const METRIC = /^([A-Za-z0-9][A-Za-z0-9-]*)\.([A-Za-z][A-Za-z0-9]*)$/;

/** Registers the conformance tests of a suite. */
export function testSuite(suite: Suite, known: SuiteTest = {}): void {
  describe(`suite ${suite.name}`, () => {
    testPlugin(suite, 'suite');

    it('has a title and a paper', () => {
      for (const text of [suite.title, suite.paper.id, suite.paper.title])
        expect(text.length).toBeGreaterThan(0);
    });

    it('has every profile and no other', () => {
      expect(Object.keys(suite.profiles).sort()).toEqual([...PROFILES].sort());
    });

    describe.each(PROFILES)('profile %s', (name) => {
      const profile = suite.profiles[name];

      it('plans at least one run', () => {
        for (const list of [
          profile.datasets,
          profile.methods,
          profile.latentSizes,
          profile.lossNetworks,
          profile.evaluators,
        ]) {
          expect(list.length).toBeGreaterThan(0);
        }
        expect(profile.methods.some(({ reference }) => !reference)).toBe(true);
        expect(Number.isInteger(profile.seeds) && profile.seeds >= 1).toBe(true);
        const sizes = [
          ...profile.latentSizes,
          ...profile.datasets.flatMap(({ latentSizes }) => latentSizes ?? []),
        ];
        for (const size of sizes)
          expect(Number.isInteger(size) && size >= 1, `latent size ${size}`).toBe(true);
      });

      it('has valid training settings and a valid cost phase', () => {
        expect(trainingSettings.partial().parse(profile.training)).toMatchObject(profile.training);
        const { cost = null } = profile;
        if (cost === null) return;
        for (const value of [cost.rounds, cost.stepsPerRound]) expect(value).toBeGreaterThan(0);
        expect(['computed', 'cached']).toContain(cost.targets);
      });

      it('names valid parts of data sets', () => {
        for (const { subset } of [...profile.datasets, profile.otherDatasets ?? {}]) {
          if (subset !== undefined) expect(() => parseSubset(subset)).not.toThrow();
        }
      });

      it('has headlines that its evaluators give', () => {
        const evaluators = profile.evaluators.map(({ name: evaluator }) => evaluator);
        const headlines = [profile.headline, ...profile.methods.flatMap(({ headline }) => headline ?? [])];
        for (const metric of headlines.flatMap((headline) => Object.values(headline))) {
          expect(metric).toMatch(METRIC);
          expect(evaluators).toContain(METRIC.exec(metric)?.[1]);
        }
      });

      it('looks at every epoch with evaluators that it has', () => {
        for (const name of profile.everyEpoch ?? []) {
          expect(profile.evaluators.map((evaluator) => evaluator.name)).toContain(name);
        }
      });

      it('restricts methods to data sets that it has', () => {
        for (const { datasets = [] } of profile.methods) {
          for (const name of datasets) expect(profile.datasets.map((own) => own.name)).toContain(name);
        }
      });

      it('names each method once, and plugins that exist', () => {
        const choices = (
          list: readonly { readonly name: string; readonly options?: unknown; readonly variant?: string }[],
        ): string[] =>
          list.map((choice) => JSON.stringify([choice.name, choice.options ?? {}, choice.variant ?? null]));
        for (const list of [profile.datasets, profile.methods, profile.lossNetworks, profile.evaluators]) {
          expect(new Set(choices(list)).size).toBe(list.length);
        }
        const pairs = [
          [known.datasets, profile.datasets],
          [known.methods, profile.methods],
          [known.evaluators, profile.evaluators],
          [known.lossNetworks, profile.lossNetworks],
        ] as const;
        for (const [valid, used] of pairs) {
          if (valid) for (const choice of used) expect(valid).toContain(choice.name);
        }
      });
    });

    it('has published tables with a source, each cell once', () => {
      for (const { source, metric, unit, rows } of suite.published) {
        for (const text of [source, metric, unit]) expect(text.length).toBeGreaterThan(0);
        expect(rows.length).toBeGreaterThan(0);
        for (const { value, deviation } of rows) {
          expect(Number.isFinite(value)).toBe(true);
          if (deviation !== undefined) expect(deviation).toBeGreaterThanOrEqual(0);
        }
        const cells = rows.map(({ dataset, method, variant, latentSize }) =>
          [dataset, method, variant, latentSize].join('/'),
        );
        expect(new Set(cells).size).toBe(cells.length);
      }
    });

    it('has claims with distinct ids', () => {
      expect(new Set(suite.claims.map(({ id }) => id)).size).toBe(suite.claims.length);
      for (const { id, statement, source } of suite.claims) {
        for (const text of [id, statement, source]) expect(text.length).toBeGreaterThan(0);
      }
    });
  });
}
