import { expect, it } from 'vitest';
import { TransferRate } from '../src/transfer-rate.ts';

it('follows the rate of the last seconds', () => {
  let now = 0;
  const rate = new TransferRate(() => now);
  const add = (time: number, done: number) => {
    now = time;
    return rate.add(done);
  };
  // Bytes that an earlier call has brought are no sign of speed.
  expect(add(0, 1_000_000)).toBeNull();
  expect(add(1000, 1_500_000)).toBeCloseTo(500_000);
  expect(add(2000, 2_000_000)).toBeCloseTo(500_000);
  for (let second = 3; second <= 20; second++) add(second * 1000, 2_000_000 + (second - 2) * 1000);
  expect(add(21_000, 2_019_000)).toBeCloseTo(1000);
  // The server has no ranges: from the beginning.
  expect(add(22_000, 10)).toBeNull();
  expect(add(23_000, 2010)).toBeCloseTo(2000);
});
