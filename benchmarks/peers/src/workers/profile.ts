import * as tf from '@tensorflow/tfjs';

/** Time by kernel and input shapes: wraps every kernel of the wasm backend. Kernels run synchronously, so a stopwatch is enough. */
export function profileKernels(): { reset(): void; text(steps: number): string } {
  const times = new Map<string, { total: number; calls: number }>();
  for (const config of tf.getKernelsForBackend('wasm')) {
    tf.unregisterKernel(config.kernelName, 'wasm');
    tf.registerKernel({
      ...config,
      kernelFunc(args) {
        const start = performance.now();
        const result = config.kernelFunc(args);
        const shapes = Object.values(args.inputs).map((input) => `[${(input as tf.TensorInfo)?.shape}]`);
        const key = `${config.kernelName} ${shapes.join(' ')}`;
        const entry = times.get(key) ?? { total: 0, calls: 0 };
        entry.total += performance.now() - start;
        entry.calls += 1;
        times.set(key, entry);
        return result;
      },
    });
  }
  return {
    reset: () => times.clear(),
    text(steps) {
      const rows = [...times].sort(([, a], [, b]) => b.total - a.total);
      const sum = rows.reduce((total, [, entry]) => total + entry.total, 0);
      const kernels = rows.reduce((total, [, entry]) => total + entry.calls, 0);
      const line = ([key, { total, calls }]: (typeof rows)[number]) =>
        `${(total / steps).toFixed(2).padStart(8)} ms ${(calls / steps).toFixed(1).padStart(6)} calls  ${key}`;
      const head = `${(sum / steps).toFixed(2)} ms a step in ${(kernels / steps).toFixed(0)} kernels`;
      return [head, ...rows.slice(0, 60).map(line), ''].join('\n');
    },
  };
}
