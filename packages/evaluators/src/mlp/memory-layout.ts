import { DataError } from '@paretrain/core';
import { ACTIVATION_CODES, OUTPUT_CODES, type MlpFunctions } from './functions.ts';

const PAGE = 65_536;
/** Most bytes a 32-bit module can address. */
const LIMIT = 2 ** 32 - PAGE;
const ALIGNMENT = 64;

/** Every row is padded to this many floats. */
export function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/** Hands out parts of a WebAssembly memory one after the other; all after a mark are given back at once. */
export class Arena {
  readonly #memory: WebAssembly.Memory;
  #top: number;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    // The module's own data lies at the bottom of its first page.
    this.#top = memory.buffer.byteLength;
  }

  /** Byte offset of `bytes` zeroed bytes. */
  allocate(bytes: number): number {
    const at = Math.ceil(this.#top / ALIGNMENT) * ALIGNMENT;
    const end = at + bytes;
    if (end > LIMIT) {
      throw new DataError(
        `mlp: received data of ${end} bytes, valid: at most ${LIMIT} bytes of embeddings and targets`,
      );
    }
    const missing = end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    new Uint8Array(this.#memory.buffer, at, bytes).fill(0);
    this.#top = end;
    return at;
  }

  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, length);
  }

  integers(at: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, at, length);
  }
}

/** Copies rows of `size` floats to rows of padded(size) floats at `at`. */
export function writeRows(
  arena: Arena,
  at: number,
  rows: Float32Array,
  size: number,
  first: number,
  count: number,
): void {
  const width = padded(size);
  const floats = arena.floats(at, count * width);
  for (let i = 0; i < count; i++) {
    floats.set(rows.subarray((first + i) * size, (first + i + 1) * size), i * width);
  }
}

/** One layer's weights [inputSize, outputSize], row by row, and biases [outputSize]. */
export interface LayerParameters {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

interface LayerPlace {
  readonly inputSize: number;
  readonly outputSize: number;
  /** In floats from the start of the parameters. */
  readonly weights: number;
  readonly biases: number;
}

/** Where a network's table, parameters and buffers lie; the offsets are those at the head of assembly/index.ts. */
export class NetworkMemory {
  readonly table: number;
  readonly functions: MlpFunctions;
  readonly #arena: Arena;
  readonly #layers: readonly LayerPlace[];
  readonly #parameterCount: number;
  readonly #parameters: number;
  readonly #gradients: number;

  /** @param sizes of the input, every hidden layer and the output */
  constructor(arena: Arena, sizes: readonly number[], batchSize: number, functions: MlpFunctions) {
    this.#arena = arena;
    this.functions = functions;
    const rows = Math.ceil(batchSize / 4) * 4;
    const layers: LayerPlace[] = [];
    let floats = 0;
    for (let i = 0; i + 1 < sizes.length; i++) {
      const [inputSize, outputSize] = [sizes[i]!, sizes[i + 1]!];
      const biases = floats + padded(inputSize) * padded(outputSize);
      layers.push({ inputSize, outputSize, weights: floats, biases });
      floats = biases + padded(outputSize);
    }
    this.#layers = layers;
    this.#parameterCount = floats;
    this.table = arena.allocate(64 + layers.length * 32);
    this.#parameters = arena.allocate(floats * 4);
    this.#gradients = arena.allocate(floats * 4);
    const head = [
      layers.length,
      padded(sizes[0]!),
      sizes.at(-1)!,
      this.#parameters,
      floats,
      this.#gradients,
      arena.allocate(floats * 4),
      arena.allocate(floats * 4),
      arena.allocate(rows * padded(sizes[0]!) * 4),
      arena.allocate(rows * padded(sizes.at(-1)!) * 4),
      arena.allocate(128 * 8 * 4),
      ACTIVATION_CODES[functions.activation],
      OUTPUT_CODES[functions.output],
    ];
    const entries = layers.map((layer) => [
      padded(layer.inputSize),
      padded(layer.outputSize),
      layer.weights * 4,
      layer.biases * 4,
      arena.allocate(rows * padded(layer.outputSize) * 4),
      arena.allocate(rows * padded(layer.outputSize) * 4),
      layer.outputSize,
    ]);
    const table = arena.integers(this.table, 16 + layers.length * 8);
    table.set(head);
    entries.forEach((entry, i) => table.set(entry, 16 + i * 8));
  }

  /** The padded parameters, for keeping the best epoch. */
  snapshot(): Float32Array {
    return this.#arena.floats(this.#parameters, this.#parameterCount).slice();
  }

  restore(snapshot: Float32Array): void {
    this.#arena.floats(this.#parameters, this.#parameterCount).set(snapshot);
  }

  read(what: 'parameters' | 'gradients'): LayerParameters[] {
    const at = what === 'parameters' ? this.#parameters : this.#gradients;
    const floats = this.#arena.floats(at, this.#parameterCount);
    return this.#layers.map(({ inputSize, outputSize, weights, biases }) => {
      const width = padded(outputSize);
      const values = new Float32Array(inputSize * outputSize);
      for (let i = 0; i < inputSize; i++) {
        values.set(floats.subarray(weights + i * width, weights + i * width + outputSize), i * outputSize);
      }
      return { inputSize, outputSize, weights: values, biases: floats.slice(biases, biases + outputSize) };
    });
  }

  write(parameters: readonly LayerParameters[]): void {
    this.#layers.forEach(({ inputSize, outputSize, weights, biases }, l) => {
      writeRows(
        this.#arena,
        this.#parameters + weights * 4,
        parameters[l]!.weights,
        outputSize,
        0,
        inputSize,
      );
      this.#arena.floats(this.#parameters + biases * 4, outputSize).set(parameters[l]!.biases);
    });
  }
}
