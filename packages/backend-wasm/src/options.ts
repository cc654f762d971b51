import { type Simd } from './kernel-module.ts';

/** Options of the WASM backend. */
export interface WasmOptions {
  /**
   * `auto` (default): relaxed SIMD where the engine has it; `relaxed`: fail otherwise; `plain`: results that are the same bits on every
   * machine with WASM SIMD, at about 0.7 times the speed.
   */
  simd?: Simd | 'auto';
  /**
   * `auto` (default): Winograd's algorithm where it is faster, which rounds to about 1e-6 of the largest value of a result and lets a NaN
   * spread to its neighbours; `direct`: always the direct sum, at half the speed for 3x3 filters.
   */
  convolution?: 'auto' | 'direct';
  /**
   * `auto` (default): Strassen's algorithm for products of at least 96 rows, 32 columns and 256 steps, pointwise convolutions among them, and twice
   * over for those of at least 384, 384 and 1024. It differs from the sum by up to 1e-5 of the largest value and lets a NaN or an infinity
   * spread to a neighbouring row or column; `direct`: always the sum.
   */
  matrixProduct?: 'auto' | 'direct';
}

type Settings = Required<WasmOptions>;

const CHOICES: { readonly [K in keyof Settings]: readonly Settings[K][] } = {
  simd: ['auto', 'relaxed', 'plain'],
  convolution: ['auto', 'direct'],
  matrixProduct: ['auto', 'direct'],
};
const VARIABLES: Readonly<Record<keyof Settings, string>> = {
  simd: 'PARETRAIN_WASM_SIMD',
  convolution: 'PARETRAIN_WASM_CONVOLUTION',
  matrixProduct: 'PARETRAIN_WASM_MATRIX_PRODUCT',
};

const configured: Partial<Record<keyof Settings, unknown>> = {};
let initialised = false;

function checked<K extends keyof Settings>(name: K, value: unknown, source: string): Settings[K] {
  const choices: readonly unknown[] = CHOICES[name];
  if (choices.includes(value)) return value as Settings[K];
  throw new TypeError(
    `backend-wasm: ${source} must be one of ${choices.join(', ')}; received ${JSON.stringify(value)}.`,
  );
}

/** Sets options; call it before `tf.setBackend('wasm')`. Throws `TypeError` on an unknown value, `Error` when it is too late. */
export function configureWasm(options: WasmOptions): void {
  for (const name of Object.keys(CHOICES) as (keyof Settings)[]) {
    const value = options[name];
    if (value === undefined) continue;
    checked(name, value, name);
    if (initialised && value !== setting(name)) {
      throw new Error('backend-wasm: configureWasm() must be called before the wasm backend is initialised.');
    }
    configured[name] = value;
  }
}

/** An option's value: `configureWasm`, else its environment variable (PARETRAIN_WASM_SIMD, ..._CONVOLUTION, ..._MATRIX_PRODUCT), else `auto`. */
export function setting<K extends keyof Settings>(name: K): Settings[K] {
  const value = configured[name];
  if (value !== undefined) return value as Settings[K];
  const host = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process;
  const fromEnvironment = host?.env?.[VARIABLES[name]];
  return fromEnvironment ? checked(name, fromEnvironment, VARIABLES[name]) : 'auto';
}

/** From now on `configureWasm` comes too late. */
export function freezeOptions(): void {
  initialised = true;
}
