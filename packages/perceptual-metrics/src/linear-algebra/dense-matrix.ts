/** A matrix in float64. */
export interface DenseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly values: Float64Array;
}

export function zeroMatrix(rows: number, columns: number): DenseMatrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** The rows as views, made once: making a view takes as long as tens of products. */
export function rowsOf({ rows, columns, values }: DenseMatrix): readonly Float64Array[] {
  return Array.from({ length: rows }, (_, i) => values.subarray(i * columns, (i + 1) * columns));
}
