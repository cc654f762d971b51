import { createInterface } from 'node:readline';
import { profileKernels } from './profile.ts';

/**
 * Our side of a comparison: says that it is ready, then answers each line of stdin, a number of steps, with the wall-clock and CPU
 * milliseconds of each. With the argument `profile` it prints the time by kernel and shape to stderr besides.
 */
export async function serve(
  info: Readonly<Record<string, unknown>>,
  step: () => void | Promise<void>,
): Promise<never> {
  const profile = process.argv.includes('profile') ? profileKernels() : undefined;
  const say = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
  say({ ready: { ...info, node: process.version } });
  for await (const line of createInterface({ input: process.stdin })) {
    const times: [wall: number, cpu: number][] = [];
    profile?.reset();
    for (let i = 0; i < Number(line); i++) {
      const cpuStart = process.cpuUsage();
      const start = performance.now();
      await step();
      const wall = performance.now() - start;
      const { user, system } = process.cpuUsage(cpuStart);
      times.push([wall, (user + system) / 1000]);
    }
    say({ times });
    if (profile) process.stderr.write(profile.text(Number(line)));
  }
  process.exit(0);
}
