/**
 * Lets timers, signals and messages in between two steps: kernels of the WASM and CPU backends block, and their
 * promises resolve without leaving the microtask queue.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
