/** Seconds by phase; remembers the phase that was under way when something failed. */
export class Timings {
  phase = 'start';
  readonly #seconds: Record<string, number> = {};
  readonly #started = performance.now();

  add(phase: string, seconds: number): void {
    this.#seconds[phase] = (this.#seconds[phase] ?? 0) + seconds;
  }

  async measure<T>(phase: string, work: () => Promise<T>): Promise<T> {
    this.phase = phase;
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.add(phase, (performance.now() - started) / 1000);
    }
  }

  all(): Record<string, number> {
    return { ...this.#seconds, total: (performance.now() - this.#started) / 1000 };
  }
}
