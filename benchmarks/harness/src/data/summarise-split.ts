import { throwIfAborted, type ImageSource, type TargetDescription } from '@paretrain/core';

/** Smallest, largest and mean of one number of the targets. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** What a split holds. */
export interface SplitSummary {
  readonly count: number;
  /** Images of each class by its name, and of none. */
  readonly classes?: Readonly<Record<string, number>>;
  /** Where each number of the targets lies. */
  readonly targets?: Readonly<Record<string, Range>>;
}

export interface SummaryOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onImages?: ((done: number, total: number) => void) | undefined;
}

const IMAGES_AT_ONCE = 256;

/** Name under which images without a class are counted. */
const WITHOUT_CLASS = 'none';

/**
 * Reads every image of a split, and counts and measures its targets.
 * @throws {DataError} on damaged data
 */
export async function summariseSplit(
  source: ImageSource,
  target: TargetDescription,
  { signal, onImages }: SummaryOptions = {},
): Promise<SplitSummary> {
  const { count } = source;
  const summary = target.kind === 'class' ? new ClassCounts(target.classes) : new TargetRanges(target.names);
  for (let start = 0; start < count; start += IMAGES_AT_ONCE) {
    throwIfAborted(signal);
    const length = Math.min(IMAGES_AT_ONCE, count - start);
    const { targets } = await source.read(Uint32Array.from({ length }, (_, i) => start + i));
    summary.add(targets);
    onImages?.(start + length, count);
  }
  return { count, ...summary.result() };
}

class ClassCounts {
  readonly #classes: readonly string[];
  readonly #counts: number[];
  #without = 0;

  constructor(classes: readonly string[]) {
    this.#classes = classes;
    this.#counts = classes.map(() => 0);
  }

  add(targets: Float32Array): void {
    for (const target of targets) {
      if (target < 0) this.#without++;
      else this.#counts[target]!++;
    }
  }

  result() {
    const classes = Object.fromEntries(this.#classes.map((name, i) => [name, this.#counts[i]!]));
    return { classes: this.#without ? { ...classes, [WITHOUT_CLASS]: this.#without } : classes };
  }
}

class TargetRanges {
  readonly #names: readonly string[];
  readonly #min: number[];
  readonly #max: number[];
  readonly #sum: number[];
  #rows = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#min = names.map(() => Infinity);
    this.#max = names.map(() => -Infinity);
    this.#sum = names.map(() => 0);
  }

  add(targets: Float32Array): void {
    for (const [i, value] of targets.entries()) {
      const at = i % this.#names.length;
      this.#min[at] = Math.min(this.#min[at]!, value);
      this.#max[at] = Math.max(this.#max[at]!, value);
      this.#sum[at]! += value;
    }
    this.#rows += targets.length / this.#names.length;
  }

  result() {
    const range = (at: number): Range => ({
      min: this.#min[at]!,
      max: this.#max[at]!,
      mean: this.#sum[at]! / this.#rows,
    });
    return { targets: Object.fromEntries(this.#names.map((name, at) => [name, range(at)])) };
  }
}
