import { defineCommand } from 'citty';
import { BackendProbes, type BackendRow } from '../backends/backend-probes.ts';
import { formatTable } from '../output/table.ts';
import { PluginRegistry } from '../registry/registry.ts';

export const backendsCommand = defineCommand({
  meta: {
    name: 'backends',
    description: 'Which backends this machine can use, the device behind each, and how to mend the others',
  },
  args: { json: { type: 'boolean', description: 'Print one JSON object' } },
  subCommands: {
    install: () => import('./install-backend.ts').then((module) => module.installBackendCommand),
    uninstall: () => import('./install-backend.ts').then((module) => module.uninstallBackendCommand),
  },
  async run({ args }) {
    const registry = await PluginRegistry.discover();
    const rows = await new BackendProbes(registry, { pluginsFrom: process.cwd() }).all();
    process.stdout.write(args.json ? `${JSON.stringify({ backends: rows })}\n` : `${describe(rows)}\n`);
  },
});

function describe(rows: readonly BackendRow[]): string {
  const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
  const table = formatTable({
    columns: [left('name', 'backend'), left('use', 'usable'), left('device', 'device'), left('about', '')],
    rows: rows.map((row) => ({
      name: row.name,
      use: row.available ? 'yes' : 'no',
      device: `${row.device ?? ''}${row.software ? ' (software)' : ''}`,
      about: row.available ? about(row) : '',
    })),
  });
  const mends = rows
    .filter((row) => !row.available)
    .map(({ name, reason, fix }) => `${name}: ${reason}\n  fix: ${fix}`);
  return [table, ...mends].join('\n\n');
}

function about({ version, simd, threads }: BackendRow): string {
  return [
    version ?? '',
    simd ? `SIMD ${simd}` : '',
    threads ? `${threads} thread${threads === 1 ? '' : 's'}` : '',
  ]
    .filter((text) => text !== '')
    .join(', ');
}
