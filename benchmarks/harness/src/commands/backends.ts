import { parseOptions, type BackendAvailability } from '@paretrain/core';
import { defineCommand } from 'citty';
import { formatTable } from '../output/table.ts';
import { PluginRegistry } from '../registry/registry.ts';

type BackendRow = { readonly name: string } & BackendAvailability;

export const backendsCommand = defineCommand({
  meta: {
    name: 'backends',
    description: 'Which backends this machine can use, the device behind each, and how to mend the others',
  },
  args: { json: { type: 'boolean', description: 'Print one JSON object' } },
  async run({ args }) {
    const registry = await PluginRegistry.discover();
    const rows: BackendRow[] = [];
    for (const name of registry.names('backend')) {
      const plugin = await registry.load('backend', name);
      rows.push({ name, ...(await plugin.probe(parseOptions(plugin, {}))) });
    }
    process.stdout.write(args.json ? `${JSON.stringify({ backends: rows })}\n` : `${describe(rows)}\n`);
  },
});

function describe(rows: readonly BackendRow[]): string {
  const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
  return formatTable({
    columns: [left('name', 'backend'), left('use', 'usable'), left('device', 'device'), left('about', '')],
    rows: rows.map((row) => ({
      name: row.name,
      use: row.available ? 'yes' : 'no',
      device: row.device ?? '',
      about: row.available
        ? [
            ...Object.entries(row.versions).map(([library, version]) => `${library} ${version}`),
            row.simd ? `SIMD ${row.simd}` : '',
            row.threads ? `${row.threads} thread${row.threads === 1 ? '' : 's'}` : '',
          ]
            .filter((text) => text !== '')
            .join(', ')
        : `${row.reason ?? 'cannot be used'} Fix: ${row.fix ?? 'none known'}`,
    })),
  });
}
