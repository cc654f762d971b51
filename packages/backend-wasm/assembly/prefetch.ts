/**
 * WebAssembly has no prefetch instruction. Reading one vector of every cache line, line after line, comes close: the processor fetches ahead of such a
 * run, and many of its misses are under way at once, where a kernel that reads pixels here and there waits for them one after the other.
 */

/** Brings `bytes` bytes into the caches, but for less than 16; `sink`: 16 bytes of scratch, without which a compiler could leave the reads out. */
export function prefetch(from: usize, bytes: usize, sink: usize): void {
  if (bytes < 16) return;
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  let end = from + bytes;
  for (; from + 256 <= end; from += 256) {
    even = v128.or(even, v128.load(from));
    odd = v128.or(odd, v128.load(from, 64));
    even = v128.or(even, v128.load(from, 128));
    odd = v128.or(odd, v128.load(from, 192));
  }
  for (; from + 16 <= end; from += 64) even = v128.or(even, v128.load(from));
  // The last line, which the steps miss where `from` was not the start of one.
  odd = v128.or(odd, v128.load(end - 16));
  v128.store(sink, v128.or(even, odd));
}

/** Brings the first `bytes` bytes of `rows` rows, `stride` bytes apart, into the caches. */
export function prefetchRows(from: usize, rows: i32, stride: usize, bytes: usize, sink: usize): void {
  if (bytes == stride) {
    prefetch(from, rows * bytes, sink);
    return;
  }
  for (; rows > 0; rows--) {
    prefetch(from, bytes, sink);
    from += stride;
  }
}
