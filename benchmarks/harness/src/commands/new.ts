import { relative } from 'node:path';
import { defineCommand } from 'citty';
import { scaffoldPlugin } from '../new/scaffold-plugin.ts';

export const newCommand = defineCommand({
  meta: { name: 'new', description: 'Write a plugin package with its conformance test' },
  args: {
    kind: {
      type: 'positional',
      description: 'objective, augmentation, transform, dataset, evaluator, loss-network, method or backend',
    },
    name: { type: 'positional', description: 'Name of the plugin, as users will type it' },
    directory: {
      type: 'string',
      description:
        'Folder to write (default: in a clone where such packages are, else called as the package)',
    },
    package: {
      type: 'string',
      description:
        'Name of the package, such as @you/name (default: paretrain-NAME; in a clone as those there)',
    },
    json: { type: 'boolean', description: 'Print one JSON object' },
  },
  async run({ args }) {
    const { kind = '', name = '', directory, package: named } = args;
    const from = process.cwd();
    const written = await scaffoldPlugin({ kind, name, directory, packageName: named, from });
    const files = written.files.map((file) => relative(from, file));
    const next = written.inClone
      ? `pnpm install, then pnpm test --filter=${written.packageName}`
      : `npm install, then npm test, in ${relative(from, written.directory) || '.'}`;
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ ok: true, package: written.packageName, files })}\n`
        : `${files.join('\n')}\n\nNext: ${next}\n`,
    );
  },
});
