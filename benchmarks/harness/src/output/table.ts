import Table from 'cli-table3';

export interface TextTable {
  readonly columns: readonly {
    readonly key: string;
    readonly label: string;
    readonly align: 'left' | 'right';
  }[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** A table for the terminal, without colours or box drawing, so that it can be piped and pasted. */
export function formatTable({ columns, rows }: TextTable): string {
  const none = '';
  const table = new Table({
    head: columns.map((column) => column.label),
    colAligns: columns.map((column) => column.align),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  for (const row of rows) table.push(columns.map((column) => row[column.key] ?? ''));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
