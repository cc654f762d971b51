import { parquetWriteBuffer } from 'hyparquet-writer';
import { columnNames, type Embeddings } from './embeddings.ts';

/** A Parquet file with a row for each image: its name in the column `file`, then float32 columns `e0`, `e1`, ... */
export function parquetFile({ files, size, values }: Embeddings): Uint8Array {
  const columns = columnNames(size).map((name, column) => ({
    name,
    type: 'FLOAT' as const,
    nullable: false,
    data: Float32Array.from(files, (_, row) => values[row * size + column]!),
  }));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [{ name: 'file', type: 'STRING' as const, nullable: false, data: [...files] }, ...columns],
    }),
  );
}
