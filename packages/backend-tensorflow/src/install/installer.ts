import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  AbortedError,
  ConfigurationError,
  InstallationError,
  throwIfAborted,
  type BackendInstaller,
  type InstallOptions,
  type InstallationPlan,
  type Uninstalled,
} from '@paretrain/core';
import { withLock } from '@paretrain/core/node';
import { DownloadError, freeBytes } from '@paretrain/downloads';
import { lookAtTensorflow } from '../availability.ts';
import { folderBytes, requireDisk } from './disk.ts';
import { installationDirectory, readJournal, writeJournal, type Journal } from './journal.ts';
import { describeRequest, installRequest, sameRequest, type InstallRequest } from './request.ts';
import { runCommand } from './run-command.ts';
import type { Outcome, Step, StepContext } from './step.ts';
import { recipeFor, type Recipe } from './steps.ts';
import { requireTools } from './tools.ts';

const LOG = 'install.log';

/** Puts tfjs-node and a TensorFlow into a folder of this program; the user's own project stays as it is. */
export const tensorflowInstaller: BackendInstaller<InstallRequest> = {
  request: installRequest,
  async plan(request) {
    return (await prepare(absolute(request))).plan;
  },
  async install(request, options = {}) {
    const outcome: Outcome = {};
    // Beside the folder, so that it can be removed.
    const lock = dirname(installationDirectory());
    await withLock(lock, () => carryOut(absolute(request), options, outcome), lockOptions(options));
    return outcome.availability ?? lookAtTensorflow({ device: 'auto' });
  },
  uninstall: () => withLock(dirname(installationDirectory()), remove),
};

function lockOptions({ signal }: InstallOptions): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}

/** A request that means the same from every folder. */
function absolute(request: InstallRequest): InstallRequest {
  const { library, wheel } = request;
  return {
    ...request,
    ...(library === undefined ? {} : { library: resolve(library) }),
    wheel: typeof wheel === 'string' ? resolve(wheel) : wheel,
  };
}

interface Prepared {
  readonly plan: InstallationPlan;
  readonly recipe: Recipe;
  /** Null where the installation begins afresh. */
  readonly journal: Journal | null;
}

/** Everything that can be known to fail fails here, before anything is written. */
async function prepare(request: InstallRequest, signal?: AbortSignal): Promise<Prepared> {
  const directory = installationDirectory();
  const found = readJournal(directory);
  const same = found !== null && sameRequest(found.request, request);
  if (found?.package && !same) {
    throw new ConfigurationError(
      `backend 'tensorflow': ${describeRequest(found.request)} is installed in '${directory}'; to replace it by ` +
        `${describeRequest(request)}, run paretrain backends uninstall tensorflow first`,
    );
  }
  const journal = same ? found : null;
  const recipe = await recipeFor(request, journal, signal);
  const left = recipe.steps.filter(({ name }) => !journal?.done.includes(name));
  await requireTools(left.flatMap(({ tools }) => tools));
  // A step's space is given back or used by the next one.
  const diskBytes = Math.max(0, ...left.map((step) => step.diskBytes));
  requireDisk(directory, await freeBytes(directory), diskBytes);
  return {
    journal,
    recipe,
    plan: {
      directory,
      state: journal?.package ? 'installed' : journal ? 'unfinished' : 'absent',
      steps: recipe.steps.map((step) => ({
        name: step.name,
        description: step.description,
        done: !left.includes(step),
      })),
      downloads: left.flatMap(({ downloads }) => downloads),
      diskBytes,
    },
  };
}

async function carryOut(request: InstallRequest, options: InstallOptions, outcome: Outcome): Promise<void> {
  const { signal } = options;
  const { plan, recipe, journal } = await prepare(request, signal);
  const { directory } = plan;
  if (!journal) await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  let now: Journal = journal ?? { request, done: [], package: null };
  await writeJournal(directory, now);
  for (const [i, step] of recipe.steps.entries()) {
    if (now.done.includes(step.name)) continue;
    throwIfAborted(signal);
    const tell = (text: string) => options.onProgress?.({ step: i + 1, steps: recipe.steps.length, text });
    tell(step.description);
    await runStep(step, {
      directory,
      signal,
      outcome,
      say: (text) => tell(`${step.description}: ${text}`),
      run: (command, args, runOptions) =>
        runCommand(command, args, { ...runOptions, log: join(directory, LOG), signal }),
    });
    const done = [...now.done, step.name];
    now = { ...now, done, package: done.length === recipe.steps.length ? recipe.packageFolder : null };
    await writeJournal(directory, now);
  }
}

async function runStep(step: Step, context: StepContext): Promise<void> {
  try {
    await step.run(context);
  } catch (error) {
    if (context.signal?.aborted) throw new AbortedError('stopped', { cause: error });
    if (error instanceof InstallationError || error instanceof DownloadError) {
      throw new InstallationError(`step '${step.name}' failed: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

async function remove(): Promise<Uninstalled> {
  const directory = installationDirectory();
  const removed = existsSync(directory);
  const bytes = await folderBytes(directory);
  await rm(directory, { recursive: true, force: true });
  return { directory, removed, bytes };
}
