import os from 'node:os';

/** Where the figures come from. */
export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
  /** Mean number of running programs in the minute before. */
  readonly load: number;
  readonly rounds: number;
  readonly clock: string;
}

/** The machine as it is now. */
export function environment(rounds: number, clock: string): Environment {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    platform: `${os.platform()}-${os.arch()}`,
    node: process.version,
    load: Number(os.loadavg()[0]!.toFixed(2)),
    rounds,
    clock,
  };
}

export function environmentText({ cpu, cores, platform, node, load, rounds, clock }: Environment): string {
  return `${cpu}, ${cores} cores, ${platform}, Node ${node.slice(1)}; ${rounds} rounds, judged by ${clock} time, load ${load}`;
}
