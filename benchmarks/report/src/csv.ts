import { csvFormat } from 'd3-dsv';

import type { FigureData } from './figure.ts';
import type { ReportModel } from './model.ts';
import { halfWidth } from './statistics.ts';

/** Comma-separated text with a header line. */
export function toCsv(rows: FigureData): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${csvFormat([...rows], columns)}\n`;
}

/** A line per method, data set, latent size and backend. */
export function methodsCsv({ groups, host }: ReportModel): string {
  return toCsv(
    groups.flatMap((group) =>
      [...group.methods, ...group.references].map((summary) => {
        const { quality, cost, seconds } = summary;
        return {
          dataset: group.dataset.name,
          latent_size: group.latentSize,
          backend: group.backend,
          method: summary.method,
          loss_network: summary.runs[0]?.settings.lossNetwork?.name ?? null,
          reference: Number(summary.reference),
          metric: summary.headlineMetric,
          unit: group.quality?.unit ?? null,
          seeds_finished: summary.succeeded.length,
          seeds_failed: summary.failed.length,
          mean: quality?.mean ?? null,
          sample_standard_deviation: quality?.deviation ?? null,
          half_interval95: quality ? halfWidth(quality) : null,
          seconds_per_epoch: seconds?.value ?? null,
          seconds_low95: seconds?.interval?.[0] ?? null,
          seconds_high95: seconds?.interval?.[1] ?? null,
          ms_per_step: cost?.msPerStep ?? null,
          ms_low95: cost?.interval95[0] ?? null,
          ms_high95: cost?.interval95[1] ?? null,
          gflop_per_step: cost?.gflopPerStep ?? null,
          gflop_per_second: cost?.gflopPerSecond ?? null,
          share_of_matrix_product: cost?.shareOfMatrixProduct ?? null,
          peak_bytes: cost?.peakBytes ?? null,
          parameters: summary.succeeded[0]?.parameters ?? null,
          targets_of_cost: cost?.targets ?? null,
          cost_host: cost ? host : null,
          pareto: summary.reference ? null : summary.front,
        };
      }),
    ),
  );
}

/** A line per method and backend, beside the same method on the first backend. */
export function backendsCsv({ comparisons }: ReportModel): string {
  return toCsv(
    comparisons.flatMap(({ groups, methods }) =>
      methods.flatMap(({ method, reference, cells }) =>
        cells.flatMap((cell) => {
          if (!cell) return [];
          const { summary, difference, agreement, costRatio } = cell;
          return {
            dataset: groups[0]!.dataset.name,
            latent_size: groups[0]!.latentSize,
            method,
            reference: Number(reference),
            backend: cell.backend,
            mean: summary.quality?.mean ?? null,
            compared_with: difference ? groups[0]!.backend : null,
            common_seeds: difference?.n ?? null,
            difference: difference?.mean ?? null,
            difference_half_interval95: difference ? halfWidth(difference) : null,
            agreement,
            seconds_per_epoch: summary.seconds?.value ?? null,
            ms_per_step: summary.cost?.msPerStep ?? null,
            cost_ratio: costRatio?.value ?? null,
            cost_ratio_low: costRatio?.bounds?.[0] ?? null,
            cost_ratio_high: costRatio?.bounds?.[1] ?? null,
          };
        }),
      ),
    ),
  );
}

/** A line per run with every metric and timing. */
export function runsCsv({ input }: ReportModel): string {
  return toCsv(
    input.runs.map((run) => ({
      run: run.id,
      dataset: run.dataset.name,
      latent_size: run.latentSize,
      backend: run.backend.name,
      method: run.method,
      loss_network: run.settings.lossNetwork?.name ?? null,
      reference: Number(run.reference),
      seed: run.seed,
      headline_metric: run.headline?.metric ?? null,
      headline: run.headline?.value ?? null,
      epochs_run: run.epochs.run,
      epochs_best: run.epochs.best,
      parameters: run.parameters,
      targets: run.targets,
      failure: run.failure ? `${run.failure.phase}: ${run.failure.message}` : null,
      ...prefixed('metric', run.metrics),
      ...prefixed('seconds', run.timings),
    })),
  );
}

/** A line per run and epoch. */
export function historyCsv({ input }: ReportModel): string {
  return toCsv(
    input.runs.flatMap((run) =>
      (input.histories[run.id] ?? []).map((entry) => ({
        run: run.id,
        dataset: run.dataset.name,
        latent_size: run.latentSize,
        backend: run.backend.name,
        method: run.method,
        seed: run.seed,
        epoch: entry.epoch,
        loss: entry.loss,
        validation_loss: entry.validationLoss,
        seconds: entry.seconds,
        best: Number(entry.best),
      })),
    ),
  );
}

function prefixed(prefix: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
