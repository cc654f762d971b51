/** Element types that are read, with their bytes. */
export const DTYPE_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;

/** Element type of a tensor in a file: IEEE single and half precision, and bfloat16. */
export type WeightDtype = keyof typeof DTYPE_BYTES;
