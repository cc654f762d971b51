/** Copies of runs at two strides: what a slice or a concatenation along one axis is. */

/** Below this many bytes a loop beats the host's copy. */
const SHORT_RUN: i32 = 512;

/** Copies `count` runs of `bytes` bytes (a multiple of 4), `sourceStride` and `targetStride` bytes apart. */
export function copyRuns(source: usize, sourceStride: usize, target: usize, targetStride: usize, bytes: i32, count: i32): void {
  if (bytes > SHORT_RUN) {
    for (let i = 0; i < count; i++) {
      memory.copy(target, source, bytes);
      source += sourceStride;
      target += targetStride;
    }
    return;
  }
  let vectorBytes: usize = bytes & ~15;
  let runBytes: usize = bytes;
  for (let i = 0; i < count; i++) {
    let offset: usize = 0;
    for (; offset < vectorBytes; offset += 16) v128.store(target + offset, v128.load(source + offset));
    for (; offset < runBytes; offset += 4) store<u32>(target + offset, load<u32>(source + offset));
    source += sourceStride;
    target += targetStride;
  }
}
