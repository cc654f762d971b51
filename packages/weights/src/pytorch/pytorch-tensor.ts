import { PytorchError } from './pytorch-error.ts';

/** A stretch of elements in the file that tensors lie in. */
export interface PytorchStorage {
  /** PyTorch's name of the element type, such as `FloatStorage`. */
  readonly type: string;
  /** Under which the file has its bytes. */
  readonly key: string;
  /** Elements. */
  readonly count: number;
}

/** A tensor as the pickle describes it: a view of a storage. Sizes in elements. */
export class PytorchTensor {
  readonly storage: PytorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  /** @throws {PytorchError} where it does not lie in its storage, or repeats elements of it */
  constructor(storage: PytorchStorage, offset: unknown, shape: unknown, strides: unknown) {
    if (!isNatural(offset) || !isNaturals(shape) || !isNaturals(strides) || shape.length !== strides.length) {
      throw new PytorchError('a tensor without a valid offset, shape and strides');
    }
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    const text = `[${shape.join(', ')}], strides [${strides.join(', ')}], offset ${offset}`;
    // Expanded tensors repeat elements: a small file would ask for any amount of memory.
    if (!(this.size <= storage.count)) {
      throw new PytorchError(
        `a tensor of shape ${text} has more elements than its storage, ${storage.count}`,
      );
    }
    if (this.size > 0 && !(this.end <= storage.count)) {
      throw new PytorchError(`a tensor of shape ${text} ends beyond its storage of ${storage.count}`);
    }
  }

  /** Elements. */
  get size(): number {
    return this.shape.reduce((product, side) => product * side, 1);
  }

  /** Behind the last element in the storage. */
  get end(): number {
    return this.shape.reduce((last, side, axis) => last + (side - 1) * this.strides[axis]!, this.offset) + 1;
  }

  /** Row-major elements of the stretch from `offset` to `end`. */
  gather(stretch: Float32Array): Float32Array {
    if (this.#isRowMajor()) return stretch;
    const { shape, strides } = this;
    const gathered = new Float32Array(this.size);
    const index = shape.map(() => 0);
    for (let i = 0, from = 0; i < gathered.length; i++) {
      gathered[i] = stretch[from]!;
      // Counts up like an odometer, the last axis fastest.
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        from += strides[axis]!;
        if (++index[axis]! < shape[axis]!) break;
        from -= shape[axis]! * strides[axis]!;
        index[axis] = 0;
      }
    }
    return gathered;
  }

  #isRowMajor(): boolean {
    let step = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== step) return false;
      step *= this.shape[axis]!;
    }
    return true;
  }
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNatural);
}
