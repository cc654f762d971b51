import type { Measurement } from '../row.ts';

/** A measurement whose sides said how many GFLOP their steps have, as rates instead of milliseconds. */
export function inGflops(measurement: Measurement): Measurement {
  const rate = (side: 'ours' | 'rival') => {
    const { gflop } = measurement.details?.[side] as { gflop: number };
    return { ...measurement[side], value: gflop / (measurement[side].value / 1000) };
  };
  return { ...measurement, unit: 'GFLOP/s', ours: rate('ours'), rival: rate('rival') };
}
