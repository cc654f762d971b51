import { withLock } from '../src/node/index.ts';

// Takes the lock of the folder it is given and never gives it back.
await withLock(process.argv[2]!, async () => {
  process.send?.('held');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
