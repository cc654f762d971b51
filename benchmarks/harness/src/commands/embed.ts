import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AbortedError, ConfigurationError, parseOptions } from '@paretrain/core';
import { embeddingsFormat } from '@paretrain/export';
import { defineCommand } from 'citty';
import { BackendProbes } from '../backends/backend-probes.ts';
import { BACKENDS_FLAG, selectBackends } from '../backends/select-backends.ts';
import { embedFolder, type EmbeddedFolder } from '../encoder/embed-folder.ts';
import { findRun } from '../encoder/find-run.ts';
import { loadRunEncoder, readRunEncoder } from '../encoder/run-encoder.ts';
import { resolveFolders } from '../folders.ts';
import { formatDuration } from '../output/duration.ts';
import { Eta } from '../output/eta.ts';
import { EXIT } from '../output/exit.ts';
import { integerFlag, listFlag } from '../output/flags.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { stopOnCtrlC } from '../output/stop-on-ctrl-c.ts';
import { PluginRegistry } from '../registry/registry.ts';

/** Where stderr is no terminal. */
const STATUS_EVERY_MS = 15_000;

export const embedCommand = defineCommand({
  meta: { name: 'embed', description: "Embed a folder of images with a run's trained encoder" },
  args: {
    run: {
      type: 'positional',
      description: 'Run id or how it begins, or the folder of the run',
      required: true,
    },
    folder: { type: 'positional', description: 'Folder of images; its sub-folders too', required: true },
    out: { type: 'string', description: 'File to write: .npy, .csv or .parquet' },
    'batch-size': { type: 'string', description: 'Images read and encoded at a time', default: '32' },
    backends: { type: 'string', description: BACKENDS_FLAG, default: 'wasm' },
    results: { type: 'string', description: 'Folder with the results', default: 'results' },
    'data-dir': {
      type: 'string',
      description: 'Folder with your own downloads, for loss networks (default: PARETRAIN_DATA_DIR)',
    },
    force: { type: 'boolean', description: 'Replace the file where it exists' },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
  },
  async run({ args }) {
    const out = newFile(args.out, args.force ?? false);
    const batchSize = integerFlag('--batch-size', args['batch-size'], 1)!;
    const folders = await resolveFolders({ out: args.results, dataDir: args['data-dir'] });
    const registry = await PluginRegistry.discover();
    const found = await findRun(args.run, folders.results);
    const { stored, checksum } = await readRunEncoder(found);
    await activateBackend(listFlag('--backends', args.backends) ?? ['wasm'], registry);
    const stop = stopOnCtrlC((text) => process.stderr.write(`note: ${text}\n`));
    const started = performance.now();
    try {
      const { signal } = stop;
      const encoder = await loadRunEncoder(found, stored, { registry, folders, signal });
      const progress = new EmbedProgress();
      const embedded = await embedFolder({
        ...{ encoder, checksum, folder: resolve(args.folder), out, batchSize, signal },
        onProgress: (state) => progress.show(state),
        onSkipped: ({ file, reason }) => progress.note(`${file} is left out: ${reason}`),
      }).finally(() => progress.clear());
      encoder.dispose();
      const seconds = (performance.now() - started) / 1000;
      process.stdout.write(
        args.json
          ? `${JSON.stringify(summary(found.result.id, out, embedded, seconds))}\n`
          : `${describe(out, embedded, seconds)}\n`,
      );
      process.exitCode = embedded.skipped.length > 0 ? EXIT.failed : EXIT.done;
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error;
      throw new AbortedError('stopped; the same command goes on from here', { cause: error });
    } finally {
      stop.release();
    }
  },
});

/** @throws {ConfigurationError} where none is named, its ending is unknown, or it exists and may not be replaced */
function newFile(out: string | undefined, force: boolean): string {
  if (!out)
    throw new ConfigurationError('--out: received no file, valid: --out FILE, such as embeddings.npy');
  embeddingsFormat(out);
  const path = resolve(out);
  if (existsSync(path) && !force) {
    throw new ConfigurationError(`--out: '${out}' exists; name another file, or add --force to replace it`);
  }
  return path;
}

async function activateBackend(wanted: readonly string[], registry: PluginRegistry): Promise<void> {
  const { backends } = await selectBackends(
    wanted,
    new BackendProbes(registry, { pluginsFrom: process.cwd() }),
  );
  const [name, ...others] = backends;
  if (others.length > 0) {
    throw new ConfigurationError(
      `--backends: received ${wanted.join(',')}, which is ${backends.join(', ')} here; valid: one backend`,
    );
  }
  const plugin = await registry.load('backend', name!);
  await plugin.activate(parseOptions(plugin, {}) as never);
}

function summary(run: string, out: string, { files, skipped, size, names }: EmbeddedFolder, seconds: number) {
  return { ok: skipped.length === 0, run, out, names, images: files.length, size, skipped, seconds };
}

function describe(out: string, { files, skipped, size, names }: EmbeddedFolder, seconds: number): string {
  const beside = names ? `, their names in ${names}` : '';
  const left = skipped.length > 0 ? `; ${skipped.length} left out` : '';
  return `${files.length} embeddings of ${size} numbers in ${out}${beside}; ${formatDuration(seconds)}${left}`;
}

/** Rate and time left, live on a terminal and now and then otherwise. */
class EmbedProgress {
  readonly #line = new ProgressLine();
  readonly #eta = new Eta();
  readonly #started = performance.now();
  #lastStatus = performance.now();

  show({ done, before, total }: { done: number; before: number; total: number }): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const left = this.#eta.seconds((done - before) / Math.max(1, total - before));
    const rate = `${((done - before) / seconds).toPrecision(3)} a second`;
    const time = left === null || done === total ? '' : `, about ${formatDuration(left)} left`;
    const text = `${done} of ${total} images, ${rate}${time}`;
    this.#line.show(text);
    if (process.stderr.isTTY || performance.now() - this.#lastStatus < STATUS_EVERY_MS) return;
    this.#lastStatus = performance.now();
    process.stderr.write(`${text}\n`);
  }

  note(text: string): void {
    this.clear();
    process.stderr.write(`note: ${text}\n`);
  }

  clear(): void {
    this.#line.clear();
  }
}
