/** A run as the schedule sees it. */
export interface ScheduledRun {
  readonly seconds: number;
  readonly seed: number;
  readonly backend: string;
}

/** From one run's end to the next one's start: a process starts and loads its packages. Measured on the stored quick runs. */
const START_SECONDS = 1.2;

/** One thread a process: only here do several workers do more at a time than one. */
const ONE_THREAD = ['wasm'];

/**
 * Wall-clock seconds of runs that are taken up in the scheduler's order, seed by seed, by `workers` processes. Runs on a
 * device that they share take at least as long as one after the other.
 */
export function makespan(runs: readonly ScheduledRun[], workers: number): number {
  const free = Array.from({ length: Math.max(1, workers) }, () => 0);
  const devices = new Map<string, number>();
  for (const { seconds, backend } of [...runs].sort((a, b) => a.seed - b.seed)) {
    const next = free.indexOf(Math.min(...free));
    free[next]! += START_SECONDS + seconds;
    if (!ONE_THREAD.includes(backend)) devices.set(backend, (devices.get(backend) ?? 0) + seconds);
  }
  return Math.max(...free, ...devices.values());
}
