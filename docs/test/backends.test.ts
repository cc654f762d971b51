import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRecords, withCapabilities } from '../scripts/capability-table.ts';
import { ROOT, read } from './support/documents.ts';

// After a new record: `pnpm --filter @paretrain/docs backends`.
it('the table of capabilities is that of the stored records', () => {
  const page = read('docs/backends.md');
  const records = readRecords(join(ROOT, 'docs/parity'));
  expect(records.length).toBeGreaterThan(0);
  expect(withCapabilities(page, records)).toBe(page);
});
