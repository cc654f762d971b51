/** What Strassen's products of one matrix (strassen.ts) share, and what describes one of its cache blocks. Both lie in the workspace. */
import { LEFT_STRIDE } from './cache-blocks';
import { Sum } from './sums-in-passing';

/** Rows of one half of a block; where A is stored transposed the tile takes columns of as many (COLUMN_ROWS in scripts/micro-kernel.mjs). */
export const ROW_BLOCK: i32 = 24;
/** Bytes of one left operand of such a block. */
export const LEFT_BYTES: i32 = ROW_BLOCK * LEFT_STRIDE;

/** Bytes of Halves and of Block. */
export const HALVES_BYTES: i32 = 128;
export const BLOCK_BYTES: i32 = 64;

/** The matrices, columns and depth in halves, and how many bytes lie between neighbours along either axis. */
// @ts-ignore: decorator
@unmanaged
export class Halves {
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  /** Between rows as they are stored. */
  aStride: i32;
  transposeA: bool;
  b: usize;
  bStride: i32;
  transposeB: bool;
  cStride: i32;
  /** Where all of C goes: see appendOutputs. */
  outer: usize;
  outerEnd: usize;
  /** Whether A is fetched ahead, block by block. */
  fetches: bool;
  /** Whether a sum of A's quarters is made in passing, while the one before it is multiplied (sums-in-passing.ts), or all of a block at once. */
  inPassing: bool;
  /** The left operands of one block; in passing, the sum in use and the next one. */
  left: usize;
  /** Which of the two is in use. */
  turn: i32;
  /** The next one. */
  sum: Sum;
  /** Addresses of the rows of the first of them, and of A0 and A3 where they lie. */
  leftTable: usize;
  table0: usize;
  table3: usize;
  /** The right operands of 8 columns before they are packed, where B is stored transposed. */
  columns: usize;
  /** The packed right operands. */
  right: usize;
  products: usize;
  /** Where one product goes. */
  outputs: usize;
  /** Outputs of rows that are too few for two halves. */
  rest: usize;
}

/** One block: quarters of `rowPanels` row panels, `columnPanels` column panels and `depth` steps. */
// @ts-ignore: decorator
@unmanaged
export class Block {
  rowPanels: i32;
  columnPanels: i32;
  depth: i32;
  /** Whether A0 and A3 are among the left operands. */
  copies: bool;
  /** Further steps of the reduction: the outputs hold the sum of those before. */
  accumulate: bool;
  right: usize;
  operandBytes: usize;
  /** In passing: A0, and that of the next block, with the rows of its quarters (0: there is none). */
  a: usize;
  next: usize;
  nextRows: i32;
  nextDepth: i32;
  /** C0; bytes to the quarter below and to the one beside it, and between rows. */
  c: usize;
  down: usize;
  across: usize;
  stride: usize;
}
