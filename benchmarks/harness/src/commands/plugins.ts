import { PLUGIN_KINDS, UnknownNameError, type PluginBase, type PluginKind } from '@paretrain/core';
import { defineCommand } from 'citty';
import { formatTable } from '../output/table.ts';
import { PluginRegistry } from '../registry/registry.ts';

/** A plugin that commands can name. */
interface ListedPlugin {
  readonly kind: PluginKind;
  readonly name: string;
  /** What figures and tables call it, where that is not its name. */
  readonly label?: string;
  /** Null where its package cannot be loaded. */
  readonly description: string | null;
  readonly package: string;
  /** Of the package. */
  readonly version: string;
}

export const pluginsCommand = defineCommand({
  meta: { name: 'plugins', description: 'Every plugin that is found, or those of a kind, and its package' },
  args: {
    kind: { type: 'positional', description: PLUGIN_KINDS.join(', '), required: false },
    json: { type: 'boolean', description: 'Print one JSON object' },
  },
  async run({ args }) {
    const kinds = args.kind === undefined ? PLUGIN_KINDS : [parseKind(args.kind)];
    const registry = await PluginRegistry.discover();
    const plugins: ListedPlugin[] = [];
    for (const kind of kinds) {
      for (const name of registry.names(kind)) plugins.push(await listed(registry, kind, name));
    }
    process.stdout.write(args.json ? `${JSON.stringify({ plugins })}\n` : `${describe(plugins)}\n`);
  },
});

function parseKind(word: string): PluginKind {
  const kind = PLUGIN_KINDS.find((each) => each === word);
  if (!kind) throw new UnknownNameError('plugin kind', word, PLUGIN_KINDS);
  return kind;
}

async function listed(registry: PluginRegistry, kind: PluginKind, name: string): Promise<ListedPlugin> {
  const { name: from, version } = registry.packageOf(kind, name);
  try {
    const { description, label }: PluginBase & { readonly label?: string } = await registry.load(kind, name);
    return { kind, name, ...(label && { label }), description, package: from, version };
  } catch (error) {
    // One broken package is no reason not to list the others.
    process.stderr.write(`note: ${kind} '${name}' cannot be loaded: ${(error as Error).message}\n`);
    return { kind, name, description: null, package: from, version };
  }
}

function describe(plugins: readonly ListedPlugin[]): string {
  const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
  return formatTable({
    columns: [
      left('kind', 'kind'),
      left('name', 'name'),
      left('description', ''),
      left('package', 'package'),
    ],
    rows: plugins.map(({ kind, name, label, description, package: from }) => ({
      kind,
      name,
      description: `${label ? `${label}: ` : ''}${description ?? 'cannot be loaded'}`,
      package: from,
    })),
  });
}
