/**
 * WebAssembly has no prefetch instruction. Reading one vector of every cache line, line after line, comes close: the processor fetches ahead of such a
 * run, and many of its misses are under way at once, where a kernel that reads pixels here and there waits for them one after the other.
 */

/** Brings `bytes` bytes, but for a rest of less than 256, into the caches; `sink`: 16 bytes of scratch, without which a compiler could leave the reads out. */
export function prefetch(from: usize, bytes: usize, sink: usize): void {
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  let end = from + bytes;
  for (; from + 256 <= end; from += 256) {
    even = v128.or(even, v128.load(from));
    odd = v128.or(odd, v128.load(from, 64));
    even = v128.or(even, v128.load(from, 128));
    odd = v128.or(odd, v128.load(from, 192));
  }
  v128.store(sink, v128.or(even, odd));
}
