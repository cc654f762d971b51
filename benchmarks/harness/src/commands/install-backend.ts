import {
  AbortedError,
  ConfigurationError,
  InstallationError,
  describeIssues,
  type BackendInstaller,
  type InstallationPlan,
} from '@paretrain/core';
import { defineCommand } from 'citty';
import { formatBytes } from '../output/bytes.ts';
import { confirm } from '../output/confirm.ts';
import { EXIT } from '../output/exit.ts';
import { stopOnCtrlC } from '../output/stop-on-ctrl-c.ts';
import { PluginRegistry } from '../registry/registry.ts';

const name = { type: 'positional', description: 'Backend', required: true } as const;
const json = { type: 'boolean', description: 'Print one JSON object and nothing else' } as const;

export const installBackendCommand = defineCommand({
  meta: {
    name: 'install',
    description: 'Install the native libraries that a backend needs, in a folder of their own',
  },
  args: {
    name,
    path: {
      type: 'positional',
      description: 'With --wheel: a Python environment, its interpreter or a .whl file to build against',
      required: false,
    },
    gpu: { type: 'boolean', description: 'For CUDA devices' },
    library: { type: 'string', description: 'Build against the libtensorflow in this folder (include, lib)' },
    wheel: {
      type: 'boolean',
      description: 'Build against the Python package of TensorFlow: that of PATH, or one fetched for it',
    },
    undo: { type: 'boolean', description: 'Remove what was installed, as `backends uninstall` does' },
    'dry-run': { type: 'boolean', description: 'Only say what would be done and downloaded' },
    yes: { type: 'boolean', description: 'Do not ask before downloading' },
    json,
  },
  async run({ args }) {
    const installer = await installerOf(args.name);
    if (args.undo) return uninstall(installer, args.name, args.json ?? false);
    const request = parseRequest(installer, args.name, {
      gpu: args.gpu ?? false,
      wheel: wheelOf(args.wheel ?? false, args.path),
      ...(args.library === undefined ? {} : { library: args.library }),
    });
    const plan = await installer.plan(request);
    if (args['dry-run']) {
      process.stdout.write(args.json ? `${JSON.stringify({ ok: true, ...plan })}\n` : `${describe(plan)}\n`);
      return;
    }
    process.stderr.write(`${describe(plan)}\n`);
    if (!args.yes && plan.downloads.length) await ask(plan, args.json ?? false);
    await install(installer, request, args.name, args.json ?? false);
  },
});

export const uninstallBackendCommand = defineCommand({
  meta: { name: 'uninstall', description: 'Remove what `backends install` has installed' },
  args: { name, json },
  run: async ({ args }) => uninstall(await installerOf(args.name), args.name, args.json ?? false),
});

/** @throws {ConfigurationError} for a backend that is complete as its package comes */
async function installerOf(backend: string): Promise<BackendInstaller> {
  const registry = await PluginRegistry.discover();
  const { installer } = await registry.load('backend', backend);
  if (!installer) {
    throw new ConfigurationError(
      `backend '${backend}' has nothing to install: it comes with its npm package`,
    );
  }
  return installer;
}

function wheelOf(wheel: boolean, path: string | undefined): boolean | string {
  if (path === undefined) return wheel;
  if (!wheel) throw new ConfigurationError(`unexpected argument '${path}'; a path belongs to --wheel`);
  return path;
}

function parseRequest(installer: BackendInstaller, backend: string, received: object): unknown {
  const parsed = installer.request.safeParse(received);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(parsed.error, received, installer.request);
  throw new ConfigurationError(`backends install ${backend}: ${issues}`);
}

function describe({ directory, state, steps, downloads, diskBytes }: InstallationPlan): string {
  const heading = {
    absent: 'To be installed in',
    unfinished: 'To be finished in',
    installed: 'Installed already in',
  }[state];
  const lines = steps.map(
    ({ description, done }, i) =>
      `  ${i + 1}. ${description}${done && state !== 'installed' ? ' (done)' : ''}`,
  );
  if (downloads.length) {
    lines.push('It will download:');
    for (const { what, bytes } of downloads) lines.push(`  about ${formatBytes(bytes)}: ${what}`);
    lines.push(`and needs up to ${formatBytes(diskBytes)} of disk.`);
  }
  return [`${heading} ${directory}:`, ...lines].join('\n');
}

function ask({ downloads }: InstallationPlan, inJson: boolean): Promise<void> {
  const bytes = downloads.reduce((sum, each) => sum + each.bytes, 0);
  return confirm({
    statement: `This will download about ${formatBytes(bytes)}.`,
    question: 'Start it?',
    instead: 'Add --yes to start it.',
    json: inJson,
  });
}

async function install(
  installer: BackendInstaller,
  request: unknown,
  backend: string,
  inJson: boolean,
): Promise<void> {
  const stop = stopOnCtrlC((text) => process.stderr.write(`${text}\n`));
  let last = '';
  try {
    const found = await installer.install(request, {
      signal: stop.signal,
      onProgress: ({ step, steps, text }) => {
        const line = `[${step}/${steps}] ${text}`;
        if (line !== last) process.stderr.write(`${line}\n`);
        last = line;
      },
    });
    process.exitCode = found.available ? EXIT.done : EXIT.failed;
    if (inJson) {
      process.stdout.write(
        `${JSON.stringify({ ok: found.available, backend: { name: backend, ...found } })}\n`,
      );
    } else {
      const versions = Object.entries(found.versions).map(([library, version]) => `${library} ${version}`);
      process.stdout.write(
        found.available
          ? `${backend}: ready on ${found.device}, ${versions.join(', ')}\n`
          : `${backend}: ${found.reason}\n  fix: ${found.fix}\n`,
      );
    }
  } catch (error) {
    if (error instanceof AbortedError) {
      throw new AbortedError('stopped; the same command goes on from here', { cause: error });
    }
    if (!(error instanceof InstallationError)) throw error;
    // Nothing that the user wrote was wrong: a failure, not bad usage.
    const { code, message } = error;
    if (inJson) process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message } })}\n`);
    process.stderr.write(`paretrain: ${message}\n`);
    process.exitCode = EXIT.failed;
  } finally {
    stop.release();
  }
}

async function uninstall(installer: BackendInstaller, backend: string, inJson: boolean): Promise<void> {
  const { directory, removed, bytes } = await installer.uninstall();
  process.stdout.write(
    inJson
      ? `${JSON.stringify({ ok: true, directory, removed, bytes })}\n`
      : removed
        ? `${backend}: removed '${directory}', ${formatBytes(bytes)}\n`
        : `${backend}: nothing is installed in '${directory}'\n`,
  );
}
