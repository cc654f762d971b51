import { describe, expect, it } from 'vitest';
import { isNeededWith, matchesChecksum, type DownloadFile } from '../src/index.ts';

const digest = '7be5be791159472b1fbf8c6e7a5a6a1e';

describe('matchesChecksum', () => {
  it('compares whole digests, and beginnings only where the publisher gives no more', () => {
    expect(matchesChecksum(digest, { algorithm: 'md5', value: digest })).toBe(true);
    expect(matchesChecksum(digest, { algorithm: 'md5', value: digest.slice(0, 8) })).toBe(false);
    expect(matchesChecksum(digest, { algorithm: 'md5', value: '7be5be79', partial: true })).toBe(true);
    expect(matchesChecksum(digest, { algorithm: 'md5', value: '7be5be78', partial: true })).toBe(false);
  });
});

describe('isNeededWith', () => {
  const file: DownloadFile = {
    path: 'digits/digits.bin',
    urls: ['https://example.org/digits.bin'],
    bytes: 1,
    checksum: { algorithm: 'md5', value: digest },
  };

  it('asks for files of an option with that option only', () => {
    const extra = { ...file, onlyWith: { extra: true, size: 32 } };
    expect(isNeededWith(file, { extra: false })).toBe(true);
    expect(isNeededWith(extra, { extra: true, size: 32, seed: 0 })).toBe(true);
    for (const options of [{ extra: true, size: 64 }, { extra: true }, {}, undefined]) {
      expect(isNeededWith(extra, options)).toBe(false);
    }
  });
});
