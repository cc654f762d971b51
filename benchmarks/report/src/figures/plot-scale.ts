/** A scale whose pixels we know, so that labels can be placed before anything is drawn. */
export interface PlotScale {
  readonly type: 'linear' | 'log';
  readonly domain: readonly [number, number];
  /** Share of the axis from its start, 0 to 1 inside the domain. */
  position(value: number): number;
}

export interface PlotScaleOptions {
  /** Values that must fit. */
  readonly values: readonly number[];
  /** Ratio of largest to smallest from which a log scale shows more than a linear one. */
  readonly logFrom: number;
  /** Whether a linear scale starts at zero, so that lengths can be compared. */
  readonly fromZero: boolean;
  /** Room at both ends as a share of the axis. */
  readonly margin: number;
}

/** Log where the values span decades and are all positive, linear otherwise. */
export function plotScale({ values, logFrom, fromZero, margin }: PlotScaleOptions): PlotScale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low > 0 && high / low >= logFrom) {
    const room = Math.log(high / low) * margin;
    const domain = [Math.exp(Math.log(low) - room), Math.exp(Math.log(high) + room)] as const;
    const span = Math.log(domain[1] / domain[0]);
    return { type: 'log', domain, position: (value) => Math.log(value / domain[0]) / span };
  }
  const start = fromZero && low >= 0 ? 0 : low;
  const span = high - start || Math.abs(high) * 0.2 || 1;
  const bottom = start === 0 && fromZero ? 0 : start - span * margin;
  const domain = [low >= 0 ? Math.max(0, bottom) : bottom, high + span * margin] as const;
  return {
    type: 'linear',
    domain,
    position: (value) => (value - domain[0]) / (domain[1] - domain[0]),
  };
}

/** The scale as Vega-Lite wants it: exactly this domain. */
export function scaleSpec({ type, domain }: Pick<PlotScale, 'type' | 'domain'>): {
  type: 'linear' | 'log';
  domain: number[];
  nice: false;
  zero?: false;
} {
  return { type, domain: [...domain], nice: false, ...(type === 'linear' && { zero: false }) };
}
