import { Bench } from 'tinybench';

/** Milliseconds of each of `count` runs of `work`, taken by tinybench, without a warm-up. */
export async function sample(count: number, work: () => Promise<void>): Promise<number[]> {
  const bench = new Bench({
    iterations: count,
    time: 0,
    warmup: false,
    retainSamples: true,
    throws: true,
  });
  bench.add('step', work, { async: true });
  const [task] = await bench.run();
  const result = task?.result;
  if (!result || !('latency' in result)) throw new Error('tinybench took no samples');
  return [...(result.latency.samples ?? [])];
}

/** Least runs, and least time, that are thrown away first: the engine compiles, tiers up and fills its caches. */
const WARM_UP = { runs: 3, milliseconds: 500 } as const;

/** Runs `work` until its speed has settled. */
export async function warmUp(work: () => Promise<void>): Promise<void> {
  const until = performance.now() + WARM_UP.milliseconds;
  for (let run = 0; run < WARM_UP.runs || performance.now() < until; run++) await work();
}
