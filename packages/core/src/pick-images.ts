import { checkIndices } from './check-indices.ts';
import type { ImageBatch, ImageSource } from './dataset.ts';
import type { ImageShape } from './image.ts';

/**
 * Some images of a source as a source of their own; closing it closes the other.
 * @param indices which, in the order that they are to have
 */
export function pickImages(source: ImageSource, indices: Uint32Array): ImageSource {
  return new PickedSource(source, indices);
}

class PickedSource implements ImageSource {
  readonly count: number;
  readonly image: ImageShape;
  readonly targetSize: number;
  readonly readTargets?: (indices: ArrayLike<number>) => Promise<Float32Array>;
  readonly #source: ImageSource;
  readonly #picked: Uint32Array;

  constructor(source: ImageSource, picked: Uint32Array) {
    this.#source = source;
    this.#picked = picked;
    this.count = picked.length;
    this.image = source.image;
    this.targetSize = source.targetSize;
    if (source.readTargets) {
      this.readTargets = async (indices) => source.readTargets!(this.#inSource(indices));
    }
  }

  async read(indices: ArrayLike<number>): Promise<ImageBatch> {
    return this.#source.read(this.#inSource(indices));
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #inSource(indices: ArrayLike<number>): Uint32Array {
    checkIndices(indices, this.count);
    return Uint32Array.from(indices, (index) => this.#picked[index]!);
  }
}
