/** Escape sequence that clears the rest of a line of the terminal. */
const CLEAR = '\u001B[K';
const INTERVAL_MS = 100;

/** One line on stderr that is written over and over; nothing where stderr is no terminal. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #written = -Infinity;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  show(text: string): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#written < INTERVAL_MS) return;
    this.#written = now;
    this.#stream.write(`\r${text.slice(0, this.#stream.columns - 1)}${CLEAR}`);
  }

  /** Leaves the line to what is printed next. */
  clear(): void {
    if (this.#written > 0) this.#stream.write(`\r${CLEAR}`);
    this.#written = -Infinity;
  }
}
