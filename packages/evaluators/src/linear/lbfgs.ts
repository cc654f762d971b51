/** A smooth function: its value at `x`, its gradient written into `gradient`. */
export type SmoothFunction = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Stops when no component of the gradient is larger. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Pairs remembered; default 10. */
  readonly memory?: number;
  /** Called between iterations; may throw to stop. */
  readonly onIteration?: () => Promise<void>;
}

export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface Point {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

/**
 * Minimises a smooth function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, Algorithms 7.4 and 7.5)
 * with a line search for the weak Wolfe conditions (Lewis and Overton 2013, Algorithm 2.6).
 */
export async function minimise(
  f: SmoothFunction,
  start: Float64Array,
  { tolerance, maxIterations, memory = 10, onIteration }: LbfgsOptions,
): Promise<LbfgsResult> {
  const pairs: Pair[] = [];
  let at: Point = { x: start.slice(), value: 0, gradient: new Float64Array(start.length) };
  at.value = f(at.x, at.gradient);
  let iterations = 0;
  while (largest(at.gradient) > tolerance && iterations < maxIterations) {
    await onIteration?.();
    const direction = descentDirection(at.gradient, pairs);
    const first = pairs.length ? 1 : Math.min(1, 1 / Math.sqrt(dot(at.gradient, at.gradient)));
    const next = search(f, at, direction, first);
    if (!next) {
      // Nothing lower along this direction: forget the curvature once, then rounding is all that is left.
      if (pairs.length === 0) break;
      pairs.length = 0;
      continue;
    }
    const step = next.x.map((value, i) => value - at.x[i]!);
    const change = next.gradient.map((value, i) => value - at.gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.push({ step, change, rho: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    at = next;
    iterations++;
  }
  return { x: at.x, value: at.value, iterations, converged: largest(at.gradient) <= tolerance };
}

/** Minus the inverse Hessian's estimate times the gradient: the two-loop recursion. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const alphas: number[] = [];
  for (const { step, change, rho } of [...pairs].reverse()) {
    const alpha = rho * dot(step, direction);
    alphas.unshift(alpha);
    addScaled(direction, -alpha, change);
  }
  const newest = pairs.at(-1);
  if (newest) {
    const scale = 1 / (newest.rho * dot(newest.change, newest.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  pairs.forEach(({ step, change, rho }, k) =>
    addScaled(direction, alphas[k]! - rho * dot(change, direction), step),
  );
  return direction;
}

/** A point that is enough lower and less steep, by doubling and bisection; undefined when there is none to be found. */
function search(f: SmoothFunction, at: Point, direction: Float64Array, first: number): Point | undefined {
  const slope = dot(at.gradient, direction);
  if (!(slope < 0)) return undefined;
  // Near the minimum the decrease drowns in rounding; that much increase is let pass.
  const noise = 1e-14 * Math.abs(at.value);
  let low = 0;
  let high = Infinity;
  let t = first;
  for (let trial = 0; trial < 60; trial++) {
    const x = at.x.map((value, i) => value + t * direction[i]!);
    const gradient = new Float64Array(x.length);
    const value = f(x, gradient);
    if (!(value <= at.value + 1e-4 * t * slope + noise)) high = t;
    else if (dot(gradient, direction) < 0.9 * slope) low = t;
    else return { x, value, gradient };
    t = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(to: Float64Array, factor: number, by: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * by[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
