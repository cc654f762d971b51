import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '@paretrain/core';
import { withLock } from '@paretrain/core/node';

export interface MeasurementLockOptions {
  /** Default: a folder of this user in the system's folder for temporary files, so one lock a host. */
  readonly directory?: string;
  /** Longest wait for another measurement, in seconds. Default: an hour. */
  readonly waitSeconds?: number;
  readonly signal?: AbortSignal;
  /** Called once when another process is measuring, with its process id where that is known. */
  readonly onWait?: (owner: number | null) => void;
}

/**
 * Runs `work` while no other process of this user measures on this host.
 * @throws {UnavailableError} when the other one has not ended after `waitSeconds`
 * @throws {AbortedError}
 */
export async function withMeasurementLock<T>(
  work: () => Promise<T>,
  options: MeasurementLockOptions = {},
): Promise<T> {
  const directory = options.directory ?? (await ownTemporaryFolder());
  const { waitSeconds = 3600, signal } = options;
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), 1000 * waitSeconds);
  let owner: number | null = null;
  let begun = false;
  try {
    return await withLock(
      directory,
      () => {
        begun = true;
        clearTimeout(timer);
        return work();
      },
      {
        signal: signal ? AbortSignal.any([signal, tooLong.signal]) : tooLong.signal,
        onWait: (pid) => {
          owner = pid;
          options.onWait?.(pid);
        },
      },
    );
  } catch (error) {
    if (begun || signal?.aborted || !tooLong.signal.aborted) throw error;
    const who = owner === null ? 'another process' : `process ${owner}`;
    throw new UnavailableError(
      `cost: ${who} has been measuring for more than ${waitSeconds} s, and two at a time would disturb each other.`,
      `wait for it or end it (lock: ${directory})`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** A folder that only this user can write to: another user's, under the same name, would be a trap. */
async function ownTemporaryFolder(): Promise<string> {
  const { uid, username } = userInfo();
  const directory = join(tmpdir(), `paretrain-cost-${uid >= 0 ? uid : username}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await lstat(directory);
  if (!found.isDirectory() || (uid >= 0 && found.uid !== uid)) {
    throw new UnavailableError(
      `cost: '${directory}', where the lock belongs, is not this user's folder.`,
      'remove it or set TMPDIR',
    );
  }
  return directory;
}
