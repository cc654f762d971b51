import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const FIXTURES = join(import.meta.dirname, 'fixtures');

interface Expected {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly count: number;
        /** Of the upright images, as SciPy reads them. */
        readonly sha256: string;
        readonly classes: readonly number[];
        readonly arrays: Readonly<
          Record<string, { readonly dimensions: readonly number[]; readonly sum: number }>
        >;
      }
    >
  >;
}

/** What SciPy reads from the fixtures. */
export const EXPECTED = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Expected;
