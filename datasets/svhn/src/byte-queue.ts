/** Bytes of a stream, taken in the lengths that a parser asks for. */
export class ByteQueue {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes, or undefined where the stream has fewer. */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.#rest.length < count) {
      const { done, value } = await this.#source.next();
      if (done) return undefined;
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  /** The next bytes as they come, at most `most`, or undefined at the end. */
  async next(most: number): Promise<Buffer | undefined> {
    if (this.#rest.length === 0) {
      const { done, value } = await this.#source.next();
      if (done) return undefined;
      this.#rest = value;
    }
    return this.take(Math.min(most, this.#rest.length));
  }

  /** Lets go of the stream, wherever it is. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
