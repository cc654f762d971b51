/** Sizes of what the caches hold, for the tiles and those who feed them. */

/**
 * Steps of the reduction that one call of the micro-kernel takes: 8 packed columns of them are 8 KB, a quarter of the first-level cache.
 * 512 would be 1.03 to 1.05 times as fast, but rounds 1.1 times as much: gradients of deep networks then leave 1e-4 of PyTorch's.
 */
export const DEPTH_BLOCK: i32 = 256;
/** Bytes between rows of Strassen's left operands: not a power of two, so that rows fall on different lines of the first-level cache. */
export const LEFT_STRIDE: i32 = DEPTH_BLOCK * 4 + 64;
