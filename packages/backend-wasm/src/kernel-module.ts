import { plainModule, relaxedModule } from './generated/kernels.ts';

/** Which build of the kernels runs: fused multiply-add (`relaxed`) or separate multiplication and addition (`plain`). */
export type Simd = 'relaxed' | 'plain';

/** The functions of `assembly/index.ts`; every pointer is a byte offset into the shared memory. */
export interface KernelExports {
  /** How often Strassen's algorithm may be used within itself for products of large matrices: 2 (as it begins), 1 or 0. */
  allowStrassen(levels: number): void;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    wOut: number,
    mOut: number,
    vOut: number,
    count: number,
    beta1: number,
    beta2: number,
    rest1: number,
    rest2: number,
    rate: number,
    floor: number,
  ): void;
  biasActivation(
    x: number,
    bias: number,
    out: number,
    count: number,
    channels: number,
    activation: number,
    workspace: number,
  ): void;
  biasActivationWorkspace(channels: number): number;
  leakyRelu(x: number, out: number, count: number, slope: number): void;
  leakyReluGradient(dy: number, x: number, dx: number, count: number, slope: number): void;
  copyRuns(
    source: number,
    sourceStride: number,
    target: number,
    targetStride: number,
    bytes: number,
    count: number,
  ): void;
  reluGradient(dy: number, x: number, dx: number, count: number): void;
  sigmoid(x: number, out: number, count: number): void;
  sigmoidGradient(dy: number, y: number, dx: number, count: number): void;
  batchNormForward(
    x: number,
    gamma: number,
    beta: number,
    y: number,
    statistics: number,
    rows: number,
    channels: number,
    epsilon: number,
    relu: number,
    workspace: number,
  ): void;
  batchNormBackward(
    dy: number,
    x: number,
    gamma: number,
    statistics: number,
    dx: number,
    dgamma: number,
    dbeta: number,
    rows: number,
    channels: number,
    relu: number,
    workspace: number,
  ): void;
  batchNormWorkspace(channels: number): number;
  movingStatistics(
    movingMean: number,
    movingVariance: number,
    mean: number,
    variance: number,
    bias: number,
    meanOut: number,
    varianceOut: number,
    channels: number,
    keep: number,
    take: number,
    varianceScale: number,
  ): void;
  convolutionForward(x: number, filter: number, y: number, geometry: number, workspace: number): void;
  convolutionInputGradient(dy: number, filter: number, dx: number, geometry: number, workspace: number): void;
  convolutionFilterGradient(x: number, dy: number, dw: number, geometry: number, workspace: number): void;
  convolutionWorkspace(geometry: number): number;
  depthwiseInputGradient(dy: number, filter: number, dx: number, geometry: number): void;
  depthwiseFilterGradient(x: number, dy: number, dw: number, geometry: number): void;
  groupedConvolutionForward(x: number, filter: number, y: number, geometry: number, workspace: number): void;
  groupedConvolutionInputGradient(
    dy: number,
    filter: number,
    dx: number,
    geometry: number,
    workspace: number,
  ): void;
  groupedConvolutionFilterGradient(
    x: number,
    dy: number,
    dw: number,
    geometry: number,
    workspace: number,
  ): void;
  groupedConvolutionWorkspace(geometry: number): number;
  maxPoolGradient(dy: number, x: number, dx: number, geometry: number): void;
  meanSquaredError(x: number, target: number, gradient: number, count: number): number;
  sigmoidMeanSquaredError(x: number, target: number, gradient: number, count: number): number;
  matrixProduct(
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transposeA: number,
    transposeB: number,
    workspace: number,
  ): void;
  matrixProductWorkspace(m: number, n: number, k: number): number;
  sgd(
    w: number,
    g: number,
    buffer: number,
    wOut: number,
    bufferOut: number,
    count: number,
    rate: number,
    momentum: number,
    decay: number,
  ): void;
  sum(
    x: number,
    out: number,
    outer: number,
    reduced: number,
    inner: number,
    scale: number,
    workspace: number,
  ): void;
  sumWorkspace(inner: number): number;
  winogradForward(
    x: number,
    filter: number,
    y: number,
    geometry: number,
    tile: number,
    workspace: number,
  ): void;
  winogradInputGradient(
    dy: number,
    filter: number,
    dx: number,
    geometry: number,
    tile: number,
    workspace: number,
  ): void;
  winogradFilterGradient(
    x: number,
    dy: number,
    dw: number,
    geometry: number,
    tile: number,
    workspace: number,
  ): void;
  winogradWorkspace(geometry: number, tile: number): number;
}

interface NodeV8 {
  setFlagsFromString(flag: string): void;
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Whether this engine compiles the relaxed build. Node 20 knows relaxed SIMD behind a flag, which is set only there and only when
 * needed (newer versions warn about the flag). `process.getBuiltinModule` is reached through globalThis, so bundlers see no Node module.
 */
function supportsRelaxed(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (WebAssembly.validate(bytes)) return true;
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const v8 = host?.getBuiltinModule?.('node:v8') as NodeV8 | undefined;
  if (!v8) return false;
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

/** The build to use and its bytes; `wanted` forces one. Throws where relaxed SIMD was forced and the engine has none. */
export function selectKernelModule(wanted: Simd | 'auto'): { simd: Simd; bytes: Uint8Array<ArrayBuffer> } {
  if (wanted !== 'plain') {
    const bytes = decode(relaxedModule);
    if (supportsRelaxed(bytes)) return { simd: 'relaxed', bytes };
    if (wanted === 'relaxed') {
      throw new Error(
        'backend-wasm: simd "relaxed" was asked for, but this engine has no relaxed SIMD; use "plain" or "auto".',
      );
    }
  }
  return { simd: 'plain', bytes: decode(plainModule) };
}
