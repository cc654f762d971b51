import { AbortedError, UnknownNameError } from '@paretrain/core';
import { listResults, type RunResult } from '@paretrain/store';
import { defineCommand } from 'citty';
import { BackendProbes } from '../backends/backend-probes.ts';
import {
  checkBackendNames,
  leftOutTexts,
  needsProbe,
  selectBackends,
  type BackendSelection,
} from '../backends/select-backends.ts';
import { costsForRuns, type CellCost } from '../cost/bench-cost.ts';
import { missingData, missingText } from '../data/missing-data.ts';
import { estimateFor } from '../estimate/estimate-for.ts';
import { assertWritable, resolveFolders } from '../folders.ts';
import { confirm } from '../output/confirm.ts';
import { formatDuration } from '../output/duration.ts';
import { describeEstimate, estimateLines } from '../output/estimate-text.ts';
import { EXIT } from '../output/exit.ts';
import { liveReporter } from '../output/live-reporter.ts';
import { describePlan, planJson } from '../output/plan-text.ts';
import { plainReporter, type Reporter } from '../output/reporter.ts';
import { stopOnCtrlC } from '../output/stop-on-ctrl-c.ts';
import { planRuns, type Plan } from '../plan/plan.ts';
import { datasetKey, readyPlan } from '../plan/ready.ts';
import { withoutResult } from '../plan/stored-runs.ts';
import { PluginRegistry } from '../registry/registry.ts';
import type { RunFolders } from '../run/messages.ts';
import { scheduleRuns, storedResult } from '../run/scheduler.ts';
import { benchArgs, parseBench, type BenchRequest } from './bench-flags.ts';

const ASK_ABOVE_SECONDS = 3600;

export const benchCommand = defineCommand({
  meta: {
    name: 'bench',
    description:
      'Train, evaluate and measure everything of a suite that has no result yet, then write the report',
  },
  args: benchArgs,
  async run({ args, rawArgs }) {
    const request = parseBench(args, rawArgs);
    const folders = await resolveFolders({ out: request.out, dataDir: request.dataDir });
    const registry = await PluginRegistry.discover();
    const suite = await registry.load('suite', request.suite);
    const chosen = await chooseBackends(request, folders, registry);
    const { backends } = chosen;
    const plan = await planRuns(registry, suite, {
      ...request.selection,
      backends,
      ...(folders.data ? { dataDirectory: folders.data } : {}),
    });
    if (request.list || request.dryRun) {
      await showPlan(registry, plan, request, folders, chosen);
      return;
    }
    const reporter = chooseReporter(request.json);
    for (const text of leftOutTexts(chosen)) reporter.notice(text);
    const stop = stopOnCtrlC((text) => reporter.notice(text));
    try {
      await bench({
        request,
        folders,
        registry,
        plan,
        reporter,
        devices: chosen.devices,
        signal: stop.signal,
      });
    } catch (error) {
      if (error instanceof AbortedError) {
        throw new AbortedError(
          'stopped; finished runs are stored, the others go on from their last epoch with the same command',
          { cause: error },
        );
      }
      throw error;
    } finally {
      stop.release();
      await reporter.close();
    }
  },
});

interface Bench {
  readonly request: BenchRequest;
  readonly folders: RunFolders;
  readonly registry: PluginRegistry;
  readonly plan: Plan;
  readonly reporter: Reporter;
  /** The device behind each backend, where it is known. */
  readonly devices: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** The matrix can be listed without looking at the machine, unless it depends on it. */
async function chooseBackends(
  { selection, list, continueFrom }: BenchRequest,
  { pluginsFrom }: RunFolders,
  registry: PluginRegistry,
): Promise<BackendSelection> {
  const probes = new BackendProbes(registry, { pluginsFrom });
  const { backends } = selection;
  checkBackendNames(backends, probes.names);
  if (continueFrom !== undefined && !probes.names.includes(continueFrom)) {
    throw new UnknownNameError('backend', continueFrom, probes.names);
  }
  if (list && !needsProbe(backends)) return { backends, devices: new Map(), leftOut: [] };
  return selectBackends(backends, probes);
}

async function bench(options: Bench): Promise<void> {
  const { request, folders, registry, plan, reporter, devices, signal } = options;
  await assertWritable(folders.results, '--out');
  reporter.text(describePlan(plan));
  const ready = await readyPlan(plan, {
    registry,
    folders,
    continueFrom: request.continueFrom,
    signal,
    onDataset: (name, progress) => reporter.dataset(name, progress),
  });
  const missing = [];
  for (const run of ready.runs) {
    const stored = request.force
      ? null
      : await storedResult(run, { folders, listener: { notice: () => undefined } });
    if (!stored || stored.failure) missing.push(run.planned);
  }
  const estimate = await estimateFor({
    registry,
    plan,
    runs: missing,
    folders,
    workers: request.workers,
    cost: request.cost,
    countsOf: (run) => ready.datasets.get(datasetKey(run))?.counts ?? null,
  });
  await reporter.close();
  reporter.text(
    `${ready.runs.length} runs, ${missing.length} to do, ${request.workers} at a time: ${describeEstimate(estimate)}`,
  );
  await confirmLong(estimate.seconds, request);
  reporter.runs(ready.runs);
  const results = await scheduleRuns(ready.runs, {
    folders,
    workers: request.workers,
    force: request.force,
    signal,
    listener: reporter,
  });
  const costs: readonly CellCost[] = request.cost
    ? await costsForRuns({
        plan,
        datasets: ready.datasets,
        folders,
        devices,
        force: request.force,
        signal,
        reporter,
      })
    : [];
  await reporter.close();
  const failed = results.filter((result): result is RunResult => result.failure !== null);
  const broken = costs.filter((cost) => cost.error !== null);
  const ok = failed.length === 0 && broken.length === 0;
  // With its charts' libraries, which starting the first run need not wait for.
  const { reportOn } = await import('../report-on.ts');
  const report = await reportOn({ plan, results, folders, command: request.command });
  if (request.json) {
    const { runs, claims } = report;
    process.stdout.write(
      `${JSON.stringify({ ok, suite: plan.suite.name, profile: plan.profile, runs, claims, report: report.html })}\n`,
    );
  } else {
    reporter.text(`\n${report.table}\n`);
    for (const sentence of report.summary) reporter.text(sentence);
    reporter.text(`\nReport: ${report.html}`);
  }
  for (const result of failed) {
    reporter.notice(`${result.id} failed in ${result.failure!.phase}: ${result.failure!.message}`);
  }
  for (const cost of broken) reporter.notice(`cost of ${cost.method} on ${cost.backend}: ${cost.error}`);
  process.exitCode = ok ? EXIT.done : EXIT.failed;
}

/** A dry run may take a few training steps, to tell how long they take; a list tells what is known without. */
async function showPlan(
  registry: PluginRegistry,
  plan: Plan,
  request: BenchRequest,
  folders: RunFolders,
  chosen: BackendSelection,
): Promise<void> {
  const results = request.force ? [] : await listResults(folders.results, plan.suite.name);
  const runs = withoutResult(plan.runs, results);
  const { workers, cost } = request;
  const stop = stopOnCtrlC((text) => process.stderr.write(`note: ${text}\n`));
  const onProgress = (text: string) => void process.stderr.write(`estimate: ${text}\n`);
  const measure = { signal: stop.signal, onProgress };
  const estimate = await estimateFor({
    ...{ registry, plan, runs, folders, workers, cost },
    ...(request.dryRun && request.measure ? { measure } : {}),
  }).finally(stop.release);
  const missing = await missingData(runs, registry, folders);
  if (request.json) {
    const { leftOut } = chosen;
    const outlook = { estimate, toDo: runs.length, leftOut, missing };
    process.stdout.write(`${JSON.stringify(planJson(plan, outlook))}\n`);
    return;
  }
  for (const text of leftOutTexts(chosen)) process.stderr.write(`note: ${text}\n`);
  const whole =
    runs.length < plan.runs.length
      ? `; all runs from scratch: ${formatDuration(estimate.allRunsSeconds)}`
      : '';
  const lines = [
    describePlan(plan, { everyRun: request.list }),
    ...(request.dryRun ? estimateLines(estimate) : []),
    ...(request.dryRun ? missing.map((each) => `  missing    ${missingText(each)}`) : []),
    `${plan.runs.length} runs, ${runs.length} to do, ${workers} at a time: ${describeEstimate(estimate)}${whole}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function chooseReporter(json: boolean): Reporter {
  if (json) return plainReporter((text) => process.stderr.write(text));
  if (process.stdout.isTTY && !process.env['CI']) return liveReporter();
  return plainReporter((text) => process.stdout.write(text));
}

/** Nobody starts a job of hours by mistake. */
async function confirmLong(seconds: number, { yes, json }: BenchRequest): Promise<void> {
  if (yes || seconds <= ASK_ABOVE_SECONDS) return;
  await confirm({
    statement: `This will take about ${formatDuration(seconds)}.`,
    question: 'Start it?',
    instead: 'Add --yes to start it, or choose a smaller --profile.',
    json,
  });
}
