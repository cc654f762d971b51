import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { testManifest, testSuite } from '@paretrain/testing';
import * as exports from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Names of the plugins of a kind that the workspace's packages offer. */
async function workspacePlugins(kind: string): Promise<string[]> {
  const names: string[] = [];
  for (const group of ['packages', 'datasets']) {
    for (const folder of await readdir(`${root}/${group}`)) {
      const json = JSON.parse(readFileSync(`${root}/${group}/${folder}/package.json`, 'utf8')) as {
        paretrain?: Record<string, string[]>;
      };
      names.push(...(json.paretrain?.[kind] ?? []));
    }
  }
  return names;
}

testManifest(new URL('../package.json', import.meta.url), exports);
for (const suite of Object.values(exports)) {
  testSuite(suite, {
    datasets: await workspacePlugins('dataset'),
    methods: await workspacePlugins('method'),
    lossNetworks: await workspacePlugins('loss-network'),
    evaluators: await workspacePlugins('evaluator'),
  });
}
