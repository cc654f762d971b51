/** A table in Markdown. */
export function table(head: string, rows: readonly string[]): string {
  const line = head
    .split(' | ')
    .map(() => '---')
    .join(' | ');
  return [head, line, ...rows].map((row) => `| ${row} |`).join('\n');
}
