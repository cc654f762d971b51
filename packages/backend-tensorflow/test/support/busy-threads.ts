import { readFile, readdir } from 'node:fs/promises';

/** A thread counts that computes at least this share of what the busiest one does: V8's own threads (collector, compiler) do less. */
const SHARE = 0.3;
const SECONDS = 2;

/** How many threads of this process compute while `work` is repeated. Linux only. */
export async function busyThreads(work: () => void): Promise<number> {
  repeat(work, SECONDS / 2); // V8's compiler is busy at first.
  const before = await processorTicks();
  repeat(work, SECONDS);
  const after = await processorTicks();
  const ticks = [...after].map(([thread, value]) => value - (before.get(thread) ?? 0));
  return ticks.filter((value) => value >= SHARE * Math.max(...ticks)).length;
}

function repeat(work: () => void, seconds: number): void {
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) work();
}

/** Processor time by thread. */
async function processorTicks(): Promise<Map<string, number>> {
  const threads = await readdir('/proc/self/task');
  const entries = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '');
      // After the name, which may have spaces: state, ..., user and system time as 12th and 13th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [thread, Number(fields[11] ?? 0) + Number(fields[12] ?? 0)] as const;
    }),
  );
  return new Map(entries);
}
