import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError, throwIfAborted } from '@paretrain/core';
import lockfile from 'proper-lockfile';

const POLL = 100;
/** A holder refreshes its lock every few seconds; one that has not for so long is dead. */
const STALE = 30_000;

/**
 * Runs `action` while no other process holds the lock of `path`, waiting for it as long as it takes.
 * @param options.waiting called at every look at a lock that another process holds
 * @throws {AbortedError} when `options.signal` is aborted during the wait
 * @throws {DataError} when the folder of `path` cannot be written
 */
export async function withFileLock<T>(
  path: string,
  options: { readonly signal?: AbortSignal; readonly waiting?: () => void },
  action: () => Promise<T>,
): Promise<T> {
  const release = await acquire(path, options);
  try {
    return await action();
  } finally {
    // Failing to release means that the lock is gone already; the file itself is renamed into place whole in any case.
    await release().catch(() => undefined);
  }
}

async function acquire(
  path: string,
  { signal, waiting }: { readonly signal?: AbortSignal; readonly waiting?: () => void },
): Promise<() => Promise<void>> {
  for (;;) {
    throwIfAborted(signal);
    try {
      await mkdir(dirname(path), { recursive: true });
      return await lockfile.lock(path, { realpath: false, stale: STALE, onCompromised: () => undefined });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') {
        throw new DataError(`cannot lock ${path}: ${(error as Error).message}`, { cause: error });
      }
      waiting?.();
      await sleep(POLL);
    }
  }
}
