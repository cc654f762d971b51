import type { DatasetProgress } from '@paretrain/core';
import type { RunResult } from '@paretrain/store';
import type { ReadyRun, RunProgress } from '../run/messages.ts';
import type { RunOutcome } from '../run/scheduler.ts';
import { formatDuration } from './duration.ts';
import { Eta } from './eta.ts';

/** Shows what the harness is doing: live on a terminal, in plain lines otherwise. */
export interface Reporter {
  text(line: string): void;
  notice(line: string): void;
  dataset(name: string, progress: DatasetProgress | null): void;
  /** The runs that are about to be looked at. */
  runs(runs: readonly ReadyRun[]): void;
  started(run: ReadyRun): void;
  progress(run: ReadyRun, progress: RunProgress): void;
  finished(run: ReadyRun, result: RunResult, outcome: RunOutcome): void;
  cost(done: number, total: number, text: string): void;
  /** Ends live output. */
  close(): Promise<void>;
}

/** "I-I-PS with caffenet z 64 seed 0 on mnist (wasm)". */
export function runTitle({ planned }: ReadyRun): string {
  const { method, variant, lossNetwork, latentSize, seed, dataset, backend } = planned;
  const network = lossNetwork ? ` with ${lossNetwork.name}` : '';
  return `${method.name}${variant === null ? '' : `, ${variant},`}${network} z ${latentSize} seed ${seed} on ${dataset.name} (${backend})`;
}

/** "mlp.distance 5.21 pixel in 1m 12s". */
export function resultText(result: RunResult): string {
  if (result.failure) return `failed in ${result.failure.phase}: ${result.failure.message}`;
  const { headline, timings } = result;
  const value = headline
    ? `${headline.metric} ${headline.value.toPrecision(4)} ${headline.unit}`.trimEnd()
    : 'no headline';
  return `${value}, ${formatDuration(timings['total'] ?? 0)}`;
}

const STATUS_EVERY_MS = 15_000;

/** Plain lines, for logs, pipes and CI. */
export function plainReporter(write: (text: string) => void): Reporter {
  const shares = new Map<string, number>();
  let total = 0;
  let kept = 0;
  let lastStatus = performance.now();
  let lastDataset = '';
  let eta = new Eta();
  const line = (text: string) => write(`${text}\n`);
  const status = () => {
    if (performance.now() - lastStatus < STATUS_EVERY_MS) return;
    lastStatus = performance.now();
    const done = [...shares.values()].reduce((sum, share) => sum + share, 0);
    const left = eta.seconds(done / Math.max(1, total - kept));
    line(
      `  ${Math.floor(done) + kept} of ${total} runs${left === null ? '' : `, about ${formatDuration(left)} left`}`,
    );
  };
  return {
    text: line,
    notice: (text) => line(`note: ${text}`),
    dataset(name, progress) {
      const tenth = progress ? Math.floor((10 * progress.done) / Math.max(1, progress.total)) : -1;
      const key = `${name} ${progress?.phase ?? ''} ${tenth}`;
      if (key === lastDataset || !progress) return;
      lastDataset = key;
      line(`data ${name}: ${progress.phase} ${progress.done} of ${progress.total} ${progress.unit}`);
    },
    runs(runs) {
      total = runs.length;
      eta = new Eta();
    },
    started: (run) => line(`start ${runTitle(run)}`),
    progress(run, progress) {
      shares.set(run.id, progress.share);
      status();
    },
    finished(run, result, outcome) {
      if (outcome === 'kept') kept += 1;
      else shares.set(run.id, 1);
      const mark = { kept: 'kept ', done: 'done ', failed: 'FAIL ' }[outcome];
      line(`${mark} ${runTitle(run)}: ${resultText(result)}`);
    },
    cost: (done, all, text) => line(`cost ${done} of ${all}: ${text}`),
    close: async () => undefined,
  };
}
