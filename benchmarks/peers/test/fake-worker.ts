import type { SideCommand } from '../src/measure/side.ts';

/** A process that speaks the workers' language: steps of so many milliseconds (or of what an expression gives when it starts), a warning in between, death at 99 steps. */
export function fakeWorker(milliseconds: number | string): SideCommand {
  const program = `
    const wall = ${milliseconds};
    const say = (message) => console.log(JSON.stringify(message));
    say({ ready: { wall, threads: process.env.OMP_NUM_THREADS, extra: process.env.EXTRA } });
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line === '99') { console.error('no more steps'); process.exit(3); }
      console.log('a warning of some library');
      say({ times: Array.from({ length: Number(line) }, (_, i) => [wall + i, 1]) });
    });`;
  return { command: [process.execPath, '-e', program], environment: { EXTRA: 'yes' } };
}
