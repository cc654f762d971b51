/** How far back the rate is taken, in milliseconds: long enough to be steady, short enough to follow the network. */
const WINDOW_MS = 5000;

/** Chunks come by the thousand a second; so many need not be remembered. */
const INTERVAL_MS = 100;

interface Sample {
  readonly time: number;
  readonly done: number;
}

/** Estimates a transfer's rate from what came last. */
export class TransferRate {
  readonly #now: () => number;
  readonly #samples: Sample[] = [];

  /** @param now a clock in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * @param done bytes so far, with those that were there before
   * @returns bytes a second, or null before there is anything to go by
   */
  add(done: number): number | null {
    const time = this.#now();
    // Begun again: what came before says nothing of what is left.
    if (done < (this.#samples.at(-1)?.done ?? 0)) this.#samples.length = 0;
    if (time - (this.#samples.at(-1)?.time ?? -Infinity) >= INTERVAL_MS) this.#samples.push({ time, done });
    while (this.#samples.length > 2 && time - this.#samples[0]!.time > WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0]!;
    return time > first.time && done > first.done ? ((done - first.done) * 1000) / (time - first.time) : null;
  }
}
