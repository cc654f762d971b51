import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** How many cores other work keeps busy, watched for a moment in which this program does nothing. */
export async function busyCores(milliseconds = 500): Promise<number> {
  const read = () =>
    cpus().reduce(
      (sum, { times: { user, nice, sys, irq, idle } }) => ({
        busy: sum.busy + user + nice + sys + irq,
        all: sum.all + user + nice + sys + irq + idle,
      }),
      { busy: 0, all: 0 },
    );
  const before = read();
  await wait(milliseconds);
  const after = read();
  const all = after.all - before.all;
  return all > 0 ? (cpus().length * (after.busy - before.busy)) / all : 0;
}
