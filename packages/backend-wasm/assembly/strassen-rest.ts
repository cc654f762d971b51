/** Rows of Strassen's products (strassen.ts) that are too few for two halves. */
import { multiplyRowsOnto } from './block';
import { LEFT_STRIDE } from './cache-blocks';
import { Block, Halves, LEFT_BYTES } from './halves';
import { ADD, appendOutputs, COPY_0, COPY_3, DIFFERENCE_13, DIFFERENCE_20, OUTPUT_BYTES, OVERWRITE, setOutput } from './quarters';
import { panelsOfRows } from './tables';

/**
 * Rows [row, row + rows) of A times both halves of the right operands, for rows that are too few for two halves: with steps X Y of A's rows,
 * X B0 + Y B2 = (X + Y) B0 + Y (B2 - B0) and X B1 + Y B3 = X (B1 - B3) + (X + Y) B3, whose right operands are packed already.
 */
export function multiplyRest(h: Halves, block: Block, row: i32, rows: i32, k0: i32): void {
  let depth = block.depth;
  let x = h.left;
  let y = x + LEFT_BYTES;
  let sum = y + LEFT_BYTES;
  if (h.transposeA) {
    let a = h.a + k0 * h.aStride + (row << 2);
    gatherColumns(a, h.aStride, depth, rows, x);
    gatherColumns(a + depth * h.aStride, h.aStride, depth, rows, y);
  } else {
    for (let i = 0; i < rows; i++) {
      let a = h.a + (row + i) * h.aStride + (k0 << 2);
      memory.copy(x + i * LEFT_STRIDE, a, depth << 2);
      memory.copy(y + i * LEFT_STRIDE, a + (depth << 2), depth << 2);
    }
  }
  for (let i = 0; i < rows; i++) {
    let begin: usize = i * LEFT_STRIDE;
    for (let at = begin, end = begin + (depth << 2); at < end; at += 16) v128.store(sum + at, f32x4.add(v128.load(x + at), v128.load(y + at)));
  }
  let panels = block.columnPanels;
  let rowPanels = panelsOfRows(rows);
  let across: usize = panels << 5;
  let stride = 2 * across;
  multiplyRestBy(h, block, sum, COPY_0, rowPanels, h.rest, stride, OVERWRITE);
  multiplyRestBy(h, block, y, DIFFERENCE_20, rowPanels, h.rest, stride, ADD);
  multiplyRestBy(h, block, x, DIFFERENCE_13, rowPanels, h.rest + across, stride, OVERWRITE);
  multiplyRestBy(h, block, sum, COPY_3, rowPanels, h.rest + across, stride, ADD);
  let end = appendOutputs(h.outputs, h.outer, h.outerEnd, 0, OVERWRITE, block.accumulate, 0, 0);
  for (let output = h.outputs; output < end; output += OUTPUT_BYTES) {
    for (let i = 0; i < rows; i++)
      moveRow(h.rest + i * stride, block.c + load<u32>(output) + i * h.cStride, stride, load<i32>(output, 4));
  }
}

function multiplyRestBy(h: Halves, block: Block, left: usize, b: i32, rowPanels: i32, out: usize, stride: usize, way: i32): void {
  setOutput(h.outputs, 0, way);
  multiplyRowsOnto(
    h.leftTable, left - h.left, rowPanels, block.right + b * block.operandBytes, block.depth << 5, block.columnPanels, block.depth,
    out, stride, h.outputs, h.outputs + OUTPUT_BYTES,
  );
}

/** Columns of `depth` rows as rows. */
function gatherColumns(from: usize, stride: usize, depth: i32, columns: i32, to: usize): void {
  for (let k = 0; k < depth; k++) {
    for (let i = 0; i < columns; i++) store<f32>(to + i * LEFT_STRIDE, load<f32>(from + (i << 2)));
    from += stride;
    to += 4;
  }
}

/** Writes, adds or subtracts `bytes` bytes, whole vectors. */
function moveRow(from: usize, to: usize, bytes: usize, way: i32): void {
  if (way == OVERWRITE) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let end = from + bytes; from < end; from += 16) {
    let old = v128.load(to);
    let value = v128.load(from);
    v128.store(to, way == ADD ? f32x4.add(old, value) : f32x4.sub(old, value));
    to += 16;
  }
}
