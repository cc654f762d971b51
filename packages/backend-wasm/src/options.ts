import { type Simd } from './kernel-module.ts';

/** Options of the WASM backend. */
export interface WasmOptions {
  /**
   * `auto` (default): relaxed SIMD where the engine has it; `relaxed`: fail otherwise; `plain`: results that are the same bits on every
   * machine with WASM SIMD, at about 0.7 times the speed.
   */
  simd?: Simd | 'auto';
}

const CHOICES = ['auto', 'relaxed', 'plain'] as const;
let simdOption: Simd | 'auto' | undefined;
let initialised = false;

function checked(value: unknown, source: string): Simd | 'auto' {
  if ((CHOICES as readonly unknown[]).includes(value)) return value as Simd | 'auto';
  throw new TypeError(
    `backend-wasm: ${source} must be one of ${CHOICES.join(', ')}; received ${JSON.stringify(value)}.`,
  );
}

/** Sets options; call it before `tf.setBackend('wasm')`. Throws `TypeError` on an unknown value, `Error` when it is too late. */
export function configureWasm(options: WasmOptions): void {
  if (options.simd === undefined) return;
  const simd = checked(options.simd, 'simd');
  if (initialised && simd !== simdChoice()) {
    throw new Error('backend-wasm: configureWasm() must be called before the wasm backend is initialised.');
  }
  simdOption = simd;
}

/** The build to use: `configureWasm`, else the environment variable PARETRAIN_WASM_SIMD, else `auto`. */
export function simdChoice(): Simd | 'auto' {
  if (simdOption) return simdOption;
  const host = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process;
  const fromEnvironment = host?.env?.['PARETRAIN_WASM_SIMD'];
  return fromEnvironment ? checked(fromEnvironment, 'PARETRAIN_WASM_SIMD') : 'auto';
}

/** From now on `configureWasm` comes too late. */
export function freezeOptions(): void {
  initialised = true;
}
