/** Matrix transpose, 4x4 blocks in registers. */
import { storeTransposed4 } from './simd';

/** target[c][r] = source[r][c]. */
export function transpose(source: usize, target: usize, rows: i32, columns: i32): void {
  let sourceStride: usize = columns << 2;
  let targetStride: usize = rows << 2;
  let wholeRows = rows & ~3;
  let wholeColumns = columns & ~3;
  for (let c = 0; c < wholeColumns; c += 4) {
    for (let r = 0; r < wholeRows; r += 4) {
      let p = source + r * sourceStride + (c << 2);
      storeTransposed4(
        target + c * targetStride + (r << 2),
        targetStride,
        v128.load(p),
        v128.load(p + sourceStride),
        v128.load(p + 2 * sourceStride),
        v128.load(p + 3 * sourceStride),
      );
    }
    for (let r = wholeRows; r < rows; r++) {
      for (let i = c; i < c + 4; i++)
        store<f32>(target + i * targetStride + (r << 2), load<f32>(source + r * sourceStride + (i << 2)));
    }
  }
  for (let c = wholeColumns; c < columns; c++) {
    for (let r = 0; r < rows; r++)
      store<f32>(target + c * targetStride + (r << 2), load<f32>(source + r * sourceStride + (c << 2)));
  }
}
