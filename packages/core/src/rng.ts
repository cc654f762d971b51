import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { ConfigurationError } from './errors.ts';

/** Serialisable state of an {@link Rng}: restoring it continues the same sequence. */
export interface RngState {
  readonly generator: readonly number[];
  /** Second number of the last Box-Muller pair, if it has not been handed out yet. */
  readonly spareNormal: number | null;
}

const TWO_POW_32 = 2 ** 32;

/** 32-bit FNV-1a of a text, finished with Murmur3's avalanche, so that close names give unrelated seeds. */
export function hashName(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Seeded pseudo-random numbers (xoroshiro128+ of `pure-rand`). All randomness in Paretrain comes from streams derived by
 * name from a run's seed, so that data order, initialisation, augmentation and probes never share one:
 * `Rng.stream(seed, 'data-order')` and `Rng.stream(seed, 'initialisation')` are independent. Seed 0 is a seed like any other.
 */
export class Rng {
  #generator: RandomGenerator;
  #spareNormal: number | null = null;

  private constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  /**
   * The stream called `names.join('/')` of a seed.
   * @param seed an integer, 0 to 2^53 - 1
   * @throws {ConfigurationError} on any other seed
   */
  static stream(seed: number, ...names: readonly string[]): Rng {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ConfigurationError(`seed: received ${seed}, valid: an integer from 0 to 2^53 - 1`);
    }
    const path = `${seed}/${names.join('/')}`;
    const generator = xoroshiro128plus(hashName(path) | 0);
    // Two further hashes enter the state, so that more than 32 bits of the name decide the stream.
    const state = [...generator.getState()];
    state[1] = (state[1]! ^ hashName(`second:${path}`)) | 0;
    state[3] = (state[3]! ^ hashName(`fourth:${path}`)) | 0;
    const rng = new Rng(xoroshiro128plusFromState(state));
    for (let i = 0; i < 8; i++) rng.nextUint32();
    return rng;
  }

  /** Continues from a state that {@link state} gave. */
  static fromState(state: RngState): Rng {
    const rng = new Rng(xoroshiro128plusFromState([...state.generator]));
    rng.#spareNormal = state.spareNormal;
    return rng;
  }

  /** State to store in a checkpoint. */
  state(): RngState {
    return { generator: [...this.#generator.getState()], spareNormal: this.#spareNormal };
  }

  /** Takes over a state that {@link state} gave. */
  restore(state: RngState): void {
    this.#generator = xoroshiro128plusFromState([...state.generator]);
    this.#spareNormal = state.spareNormal;
  }

  /** Next integer, uniform in 0 to 2^32 - 1. */
  nextUint32(): number {
    return this.#generator.next() >>> 0;
  }

  /** Uniform in [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.nextUint32() >>> 5) * 2 ** 26 + (this.nextUint32() >>> 6)) / 2 ** 53;
    return low + (high - low) * unit;
  }

  /** Integer, uniform in 0 to n - 1, without modulo bias. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_POW_32) {
      throw new ConfigurationError(`Rng.integer: received ${n}, valid: an integer from 1 to 2^32`);
    }
    const limit = TWO_POW_32 - (TWO_POW_32 % n);
    let value = this.nextUint32();
    while (value >= limit) value = this.nextUint32();
    return value % n;
  }

  /** Normally distributed (Box-Muller). */
  normal(mean = 0, standardDeviation = 1): number {
    let value = this.#spareNormal;
    if (value === null) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      value = radius * Math.cos(angle);
      this.#spareNormal = radius * Math.sin(angle);
    } else {
      this.#spareNormal = null;
    }
    return mean + standardDeviation * value;
  }

  /** A random permutation of 0 to n - 1 (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  /** `count` numbers uniform in [low, high). */
  uniformArray(count: number, low = 0, high = 1): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.uniform(low, high);
    return values;
  }

  /** `count` normally distributed numbers. */
  normalArray(count: number, mean = 0, standardDeviation = 1): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.normal(mean, standardDeviation);
    return values;
  }
}

/** The named streams of one run; the states of all that were used go into its checkpoint. */
export class RngStreams {
  readonly seed: number;
  readonly #streams = new Map<string, Rng>();

  constructor(seed: number) {
    Rng.stream(seed, 'check');
    this.seed = seed;
  }

  /** The stream of this name: the same object at every call. */
  get(name: string): Rng {
    let rng = this.#streams.get(name);
    if (!rng) {
      rng = Rng.stream(this.seed, name);
      this.#streams.set(name, rng);
    }
    return rng;
  }

  /** States of every stream used so far. */
  states(): Record<string, RngState> {
    return Object.fromEntries([...this.#streams].map(([name, rng]) => [name, rng.state()]));
  }

  /** Continues every stream of a checkpoint. */
  restore(states: Readonly<Record<string, RngState>>): void {
    for (const [name, state] of Object.entries(states)) this.get(name).restore(state);
  }
}
