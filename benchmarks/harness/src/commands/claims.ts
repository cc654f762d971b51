import { statSync } from 'node:fs';
import type { Verdict } from '@paretrain/claims';
import { DataError, UnknownNameError, type ProfileName, type Suite } from '@paretrain/core';
import { listAllCosts, listResults, type CostResult } from '@paretrain/store';
import { defineCommand } from 'citty';
import { judgeSuite } from '../claims/judge-suite.ts';
import { resolveFolders } from '../folders.ts';
import { claimsText, type SuiteVerdicts } from '../output/claims-text.ts';
import { commandLine } from '../output/command-line.ts';
import { EXIT } from '../output/exit.ts';
import { listFlag } from '../output/flags.ts';
import { imageShapes } from '../plan/image-shapes.ts';
import { parseProfile } from '../plan/selection.ts';
import { newestOfEach, storedProfiles } from '../plan/stored-runs.ts';
import { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';

/** Verdicts that `--fail-on` knows. */
const FAILING = ['contradicted', 'undetermined'] as const;

export const claimsCommand = defineCommand({
  meta: {
    name: 'claims',
    description: 'Say of every claim whether stored runs reproduce it, with effects and what is missing',
  },
  args: {
    suite: {
      type: 'positional',
      description: 'Suite; default: every suite that has claims',
      required: false,
    },
    profile: {
      type: 'string',
      description: "Scale whose runs are judged; default: each suite's largest that has runs, else quick",
    },
    out: { type: 'string', description: 'Folder with the results', default: 'results' },
    'fail-on': {
      type: 'string',
      description: `Exit code 1 when a claim has this verdict: ${FAILING.join(' or ')}, or both with a comma`,
    },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
  },
  async run({ args }) {
    const profile = args.profile === undefined ? null : parseProfile(args.profile);
    const failOn = verdictsFlag(args['fail-on']);
    const folders = await resolveFolders({ out: args.out });
    const registry = await PluginRegistry.discover();
    const suites = await chosenSuites(registry, args.suite);
    assertFolder(args.out, folders.results);
    const costs = await listAllCosts(folders.results);
    const verdicts: SuiteVerdicts[] = [];
    for (const suite of suites) {
      verdicts.push(await verdictsOf(suite, { profile, folders, registry, costs }));
    }
    const failing = verdicts
      .flatMap(({ claims }) => claims)
      .filter(({ verdict }) => failOn.includes(verdict));
    process.exitCode = failing.length > 0 ? EXIT.failed : EXIT.done;
    if (failing.length > 0) {
      const listed = failing.map(({ id, verdict }) => `${id} ${verdict}`).join(', ');
      process.stderr.write(`paretrain: --fail-on ${failOn.join(',')}: ${listed}\n`);
    }
    if (args.json) {
      const claims = verdicts.flatMap((one) =>
        one.claims.map((claim) => ({ suite: one.suite, profile: one.profile, ...claim })),
      );
      process.stdout.write(`${JSON.stringify({ ok: failing.length === 0, claims })}\n`);
      return;
    }
    process.stdout.write(`${verdicts.map(claimsText).join('\n\n\n')}\n`);
  },
});

function verdictsFlag(value: string | undefined): readonly Verdict[] {
  return (listFlag('--fail-on', value) ?? []).map((name) => {
    const known = FAILING.find((verdict) => verdict === name);
    if (!known) throw new UnknownNameError('verdict of --fail-on', name, FAILING);
    return known;
  });
}

/** Where there is nothing at all, a mistyped folder is likelier than claims without a run. @throws {DataError} */
function assertFolder(out: string, results: string): void {
  if (statSync(results, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new DataError(
    `--out: no folder '${out}'; name the folder with the results, or make some: ${commandLine('bench')}`,
  );
}

async function chosenSuites(registry: PluginRegistry, name: string | undefined): Promise<Suite[]> {
  if (name !== undefined) return [await registry.load('suite', name)];
  const all: Suite[] = [];
  for (const each of registry.names('suite')) all.push(await registry.load('suite', each));
  return all.filter(({ claims }) => claims.length > 0);
}

interface Stored {
  /** Null: the largest that has runs. */
  readonly profile: ProfileName | null;
  readonly folders: RunFolders;
  readonly registry: PluginRegistry;
  readonly costs: readonly CostResult[];
}

async function verdictsOf(
  suite: Suite,
  { profile, folders, registry, costs }: Stored,
): Promise<SuiteVerdicts> {
  const note = (error: Error) => void process.stderr.write(`note: ${error.message}\n`);
  const stored = await listResults(folders.results, suite.name, note);
  const finished = stored.filter(({ failure }) => failure === null);
  const chosen = profile ?? storedProfiles(finished).at(-1) ?? 'quick';
  const results = newestOfEach(finished.filter((run) => run.profile === chosen));
  const images = await imageShapes(registry, results, folders.data);
  const claims = judgeSuite({ suite, results, costs, images });
  return { suite: suite.name, profile: chosen, runs: results.length, claims };
}
