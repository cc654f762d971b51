import { csvFormatRow } from 'd3-dsv';
import { columnNames, type Embeddings } from './embeddings.ts';

/** Digits that give back the same float32. */
const DIGITS = 9;

/** A table with a line for each image: its name in the column `file`, then `e0`, `e1`, ... */
export function csvFile({ files, size, values }: Embeddings): string {
  const lines = files.map((file, i) =>
    csvFormatRow([
      file,
      ...Array.from(values.subarray(i * size, (i + 1) * size), (value) =>
        String(Number(value.toPrecision(DIGITS))),
      ),
    ]),
  );
  return `${[csvFormatRow(['file', ...columnNames(size)]), ...lines].join('\n')}\n`;
}
