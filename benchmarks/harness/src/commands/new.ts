import { relative } from 'node:path';
import { ConfigurationError } from '@paretrain/core';
import { defineCommand } from 'citty';
import { scaffoldPlugin } from '../new/scaffold-plugin.ts';
import { findUpwards } from '../registry/discover.ts';

export const newCommand = defineCommand({
  meta: { name: 'new', description: 'Write a plugin package with its conformance test' },
  args: {
    kind: {
      type: 'positional',
      description: 'objective, augmentation, transform, dataset, evaluator, loss-network, method or backend',
    },
    name: { type: 'positional', description: 'Name of the plugin, as users will type it' },
    directory: { type: 'string', description: 'Folder to write (default: where such packages are)' },
    json: { type: 'boolean', description: 'Print one JSON object' },
  },
  async run({ args }) {
    const root = findUpwards(process.cwd(), 'pnpm-workspace.yaml');
    if (!root) {
      throw new ConfigurationError(
        `workspace: no pnpm-workspace.yaml at or above '${process.cwd()}'; run this inside a pnpm workspace`,
      );
    }
    const { kind = '', name = '', directory } = args;
    const { files } = await scaffoldPlugin({ kind, name, directory, workspaceRoot: root });
    const shown = files.map((file) => relative(process.cwd(), file));
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ ok: true, files: shown })}\n`
        : `${shown.join('\n')}\n\nNext: pnpm install, then pnpm test --filter=./${relative(root, files[0]!).split('/').slice(0, 2).join('/')}\n`,
    );
  },
});
