import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError, UnknownNameError } from '@paretrain/core';
import { EXPORT_FORMATS, encoderFiles, imagePreparer, type ExportFormat } from '@paretrain/export';
import type { RunResult } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { defineCommand } from 'citty';
import { exportableModel } from '../encoder/exportable-model.ts';
import { findRun } from '../encoder/find-run.ts';
import { builtTransforms, readRunEncoder, usedTransforms } from '../encoder/run-encoder.ts';
import { resolveFolders } from '../folders.ts';
import { listFlag } from '../output/flags.ts';
import { PluginRegistry } from '../registry/registry.ts';

export const exportCommand = defineCommand({
  meta: { name: 'export', description: "Write a run's trained encoder for use elsewhere, and how to use it" },
  args: {
    run: {
      type: 'positional',
      description: 'Run id or how it begins, or the folder of the run',
      required: true,
    },
    out: { type: 'string', description: 'Folder to write; must not exist' },
    'out-format': {
      type: 'string',
      description: `Formats, separated by commas: ${EXPORT_FORMATS.join(', ')}`,
      default: EXPORT_FORMATS.join(','),
    },
    results: { type: 'string', description: 'Folder with the results', default: 'results' },
    'data-dir': {
      type: 'string',
      description: 'Folder with your own downloads, for loss networks (default: PARETRAIN_DATA_DIR)',
    },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
  },
  async run({ args }) {
    const formats = parseFormats(args['out-format']);
    const directory = newFolder(args.out);
    const folders = await resolveFolders({ out: args.results, dataDir: args['data-dir'] });
    const registry = await PluginRegistry.discover();
    const found = await findRun(args.run, folders.results);
    const { stored } = await readRunEncoder(found);
    const { result } = found;
    // Weights are only moved about, which needs no fast backend.
    await tf.setBackend('cpu');
    const { image } = imagePreparer(stored.preparation, await builtTransforms(stored, registry));
    const model = await exportableModel(found, stored, image, { registry, folders });
    const files = await encoderFiles(
      {
        model,
        preparation: stored.preparation,
        transforms: await usedTransforms(stored, registry),
        title: `${result.method} on ${result.dataset.name}`,
        facts: factsOf(result),
      },
      formats,
    );
    model.dispose();
    await writeFolder(directory, files);
    const names = Object.keys(files).sort();
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ ok: true, run: result.id, out: directory, files: names })}\n`
        : `${names.map((name) => join(directory, name)).join('\n')}\n\nHow to use them: ${join(directory, 'README.md')}\n`,
    );
  },
});

function parseFormats(value: string): ExportFormat[] {
  const names = listFlag('--out-format', value) ?? [];
  return names.map((name) => {
    const known = EXPORT_FORMATS.find((format) => format === name);
    if (!known) throw new UnknownNameError('format', name, EXPORT_FORMATS);
    return known;
  });
}

/** @throws {ConfigurationError} where none is named or it exists */
function newFolder(out: string | undefined): string {
  if (!out) throw new ConfigurationError('--out: received no folder, valid: --out DIR, a folder to write');
  const directory = resolve(out);
  if (existsSync(directory)) {
    throw new ConfigurationError(`--out: '${out}' exists, valid: a new folder; remove it or name another`);
  }
  return directory;
}

function factsOf(result: RunResult): Record<string, string> {
  const { headline, settings, latentSize, epochs, dataset, seed } = result;
  return {
    run: `\`${result.id}\` of suite ${result.suite}, profile ${result.profile}`,
    'data set': `${dataset.name} ${dataset.version}, sha256 ${dataset.checksum}`,
    trained: `epochs: ${epochs.run}, the weights are of number ${epochs.best}; seed ${seed}; embedding of ${latentSize}`,
    ...(settings.lossNetwork && { 'loss network while training': settings.lossNetwork.name }),
    ...(headline && { [headline.metric]: `${headline.value.toPrecision(4)} ${headline.unit}`.trimEnd() }),
  };
}

/** The folder appears when all of it is written. */
async function writeFolder(
  directory: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const temporary = `${directory}.${process.pid}.tmp`;
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(temporary, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    await rename(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
