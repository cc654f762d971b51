import type { ImageSource, PreparedDataset, Split } from '@paretrain/core';

/** Opens each split once. */
export class SplitSources {
  readonly #dataset: PreparedDataset;
  readonly #open = new Map<Split, Promise<ImageSource>>();

  constructor(dataset: PreparedDataset) {
    this.#dataset = dataset;
  }

  open(split: Split): Promise<ImageSource> {
    let source = this.#open.get(split);
    if (!source) {
      source = this.#dataset.open(split);
      this.#open.set(split, source);
    }
    return source;
  }

  async close(): Promise<void> {
    for (const source of this.#open.values()) await (await source).close();
  }
}
