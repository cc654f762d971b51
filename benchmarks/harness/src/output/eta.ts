/** Estimates the time that is left from what has been done since it was made. */
export class Eta {
  readonly #started = performance.now();

  /**
   * @param share of the work that is done, 0 to 1
   * @returns seconds, or null before there is anything to go by
   */
  seconds(share: number): number | null {
    const elapsed = (performance.now() - this.#started) / 1000;
    return share > 0.01 && elapsed > 3 ? (elapsed * (1 - share)) / share : null;
  }
}
