import { describe, expect, it } from 'vitest';
import { matchesChecksum } from '../src/index.ts';

const digest = '7be5be791159472b1fbf8c6e7a5a6a1e';

describe('matchesChecksum', () => {
  it('compares whole digests, and beginnings only where the publisher gives no more', () => {
    expect(matchesChecksum(digest, { algorithm: 'md5', value: digest })).toBe(true);
    expect(matchesChecksum(digest, { algorithm: 'md5', value: digest.slice(0, 8) })).toBe(false);
    expect(matchesChecksum(digest, { algorithm: 'md5', value: '7be5be79', partial: true })).toBe(true);
    expect(matchesChecksum(digest, { algorithm: 'md5', value: '7be5be78', partial: true })).toBe(false);
  });
});
