import { MLP_KERNELS } from '../generated/mlp-kernels.ts';

/** What the module compiled from `assembly/` exports; pointers are byte offsets into `memory`. */
export interface MlpKernels {
  readonly memory: WebAssembly.Memory;
  trainEpoch(
    table: number,
    inputs: number,
    targets: number,
    order: number,
    count: number,
    batchSize: number,
    firstStep: number,
    slope: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): number;
  evaluate(
    table: number,
    inputs: number,
    targets: number,
    predictions: number,
    count: number,
    batchSize: number,
    slope: number,
  ): number;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** A fresh instance with its own memory; the module is compiled once per program. */
export async function loadMlpKernels(): Promise<MlpKernels> {
  compiled ??= WebAssembly.compile(
    Uint8Array.from(atob(MLP_KERNELS), (character) => character.charCodeAt(0)),
  );
  const { exports } = await WebAssembly.instantiate(await compiled);
  return exports as unknown as MlpKernels;
}
