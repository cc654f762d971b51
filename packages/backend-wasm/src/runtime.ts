import * as tf from '@tensorflow/tfjs';
import { type KernelExports, selectKernelModule, type Simd } from './kernel-module.ts';
import { freezeOptions, setting } from './options.ts';

/** The parts of tfjs's WASM backend that the kernels use. */
export interface WasmBackend extends tf.KernelBackend {
  wasm: {
    HEAPU8: Uint8Array;
    asm: Record<string, unknown>;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  dataIdMap: { get(dataId: object): { id: number; memoryOffset: number; refCount: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  incRef(dataId: object): void;
  refCount(dataId: object): number;
}

/** Our module bound to the memory of one WASM backend. */
export interface Runtime {
  backend: WasmBackend;
  kernels: KernelExports;
  simd: Simd;
  /** Whether Winograd's algorithm may be used. */
  winograd: boolean;
  /** Byte offset of a tensor's data; offsets stay valid when the memory grows, JavaScript views do not. */
  pointer(tensor: tf.TensorInfo): number;
  /** A new uninitialised tensor. */
  output(shape: number[]): tf.TensorInfo;
  /** At least `bytes` bytes of scratch, 16-byte aligned, valid until the next call of `workspace`. */
  workspace(bytes: number): number;
  /** 128 bytes that `workspace` never hands out, for small structures. */
  parameters: number;
}

const runtimes = new WeakMap<object, Runtime>();

function memoryOf(backend: WasmBackend): WebAssembly.Memory {
  const memory = Object.values(backend.wasm.asm).find((value) => value instanceof WebAssembly.Memory);
  if (!memory)
    throw new Error(
      'backend-wasm: this version of @tensorflow/tfjs-backend-wasm exports no memory; 4.22 does.',
    );
  return memory;
}

function imports(backend: WasmBackend): WebAssembly.Imports {
  const abort = () => {
    throw new Error('backend-wasm: a kernel aborted');
  };
  return { env: { memory: memoryOf(backend), abort, keepLoopRolled: () => undefined } };
}

function allocate(backend: WasmBackend, bytes: number): number {
  const pointer = backend.wasm._malloc(bytes + 16) >>> 0;
  if (pointer === 0)
    throw new Error(`backend-wasm: out of memory: no ${bytes} bytes of scratch left in the WASM heap.`);
  return pointer;
}

function createRuntime(backend: WasmBackend, instance: WebAssembly.Instance, simd: Simd): Runtime {
  let block = 0;
  let size = 0;
  // Unsigned: the heap may grow beyond 2 GB.
  const align = (pointer: number) => ((pointer + 15) & ~15) >>> 0;
  const runtime: Runtime = {
    backend,
    simd,
    winograd: setting('convolution') === 'auto',
    kernels: instance.exports as unknown as KernelExports,
    pointer: (tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset,
    output(shape) {
      const tensor = backend.makeOutput(shape, 'float32');
      const bytes = tf.util.sizeFromShape(shape) * 4;
      // The stock backend does not check malloc: a kernel would write over the start of the heap.
      if (bytes > 0 && backend.dataIdMap.get(tensor.dataId).memoryOffset === 0) {
        throw new Error(
          `backend-wasm: out of memory: no ${bytes} bytes left for a tensor [${shape.join(', ')}].`,
        );
      }
      return tensor;
    },
    workspace(signedBytes) {
      // The kernels count in 32 bits; a size beyond 2 GB arrives negative and fails in malloc, with a message.
      const bytes = signedBytes >>> 0;
      if (bytes > size) {
        // Grown by half at least, so that a growing batch does not fragment the heap.
        const wanted = Math.max(bytes, Math.ceil(size * 1.5));
        if (block !== 0) backend.wasm._free(block);
        block = size = 0;
        block = allocate(backend, wanted);
        size = wanted;
      }
      return align(block);
    },
    parameters: align(allocate(backend, 128)),
  };
  runtime.kernels.allowStrassen(setting('matrixProduct') === 'auto' ? 2 : 0);
  freezeOptions();
  runtimes.set(backend, runtime);
  return runtime;
}

/** Compiles and binds the kernels without blocking; called while the backend starts. */
export async function attachRuntime(backend: WasmBackend): Promise<Runtime> {
  const { simd, bytes } = selectKernelModule(setting('simd'));
  const { instance } = await WebAssembly.instantiate(bytes, imports(backend));
  return createRuntime(backend, instance, simd);
}

/** The runtime of a backend; one that was started before this package was imported is bound here, on its first kernel. */
export function runtimeOf(backend: unknown): Runtime {
  const wasm = backend as WasmBackend;
  const known = runtimes.get(wasm);
  if (known) return known;
  const { simd, bytes } = selectKernelModule(setting('simd'));
  return createRuntime(wasm, new WebAssembly.Instance(new WebAssembly.Module(bytes), imports(wasm)), simd);
}

/** What runs: the build, its register tile and the present size of the WASM heap in bytes. Throws before the backend is ready. */
export function kernelInfo(): { simd: Simd; microKernel: '6x8' | '4x8'; heapBytes: number } {
  const backend = tf.findBackend('wasm') as WasmBackend | null;
  if (!backend) throw new Error("backend-wasm: no wasm backend yet; await tf.setBackend('wasm') first.");
  const { simd } = runtimeOf(backend);
  return { simd, microKernel: simd === 'relaxed' ? '6x8' : '4x8', heapBytes: backend.wasm.HEAPU8.length };
}
