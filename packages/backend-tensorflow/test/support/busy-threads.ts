import { readFile, readdir } from 'node:fs/promises';

/** Hundredths of a second (the kernel's unit) that a thread computes before it counts. */
const LEAST_TICKS = 10;
const SECONDS = 2;

/** How many threads of this process compute while `work` is repeated. Linux only. */
export async function busyThreads(work: () => void): Promise<number> {
  const before = await processorTicks();
  const end = performance.now() + 1000 * SECONDS;
  while (performance.now() < end) work();
  const after = await processorTicks();
  return [...after].filter(([thread, ticks]) => ticks - (before.get(thread) ?? 0) >= LEAST_TICKS).length;
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
