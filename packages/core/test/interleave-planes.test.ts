import { describe, expect, it } from 'vitest';
import { interleavePlanes } from '../src/index.ts';

const shape = { height: 2, width: 3, channels: 2 };

describe('interleavePlanes', () => {
  it.each([
    ['rows', [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]],
    ['columns', [1, 4, 2, 5, 3, 6, 11, 14, 12, 15, 13, 16]],
  ] as const)('reads planes stored by %s', (order, planes) => {
    const image = new Uint8Array(12);
    interleavePlanes(Uint8Array.from(planes), image, shape, order);
    expect([...image]).toEqual([1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6, 16]);
  });
});
