import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DataError, throwIfAborted } from '../errors.ts';
import lockfile from 'proper-lockfile';

const STALE_MS = 60_000;
const POLL_MS = 250;
const OWNER_FILE = '.lock-owner';

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once when another process has the lock, with its process id where that is known. */
  readonly onWait?: (owner: number | null) => void;
}

/**
 * Runs `work` while no other process works on `directory`. Waits for another holder; takes over at once when the holder
 * was a process of this host that is gone (killed), or after a minute without a sign of life otherwise. The folder is
 * made when needed, and removed afterwards when nothing else is in it.
 * @throws {DataError} when the folder cannot be written @throws {AbortedError} when stopped while waiting
 */
export async function withLock<T>(
  directory: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const release = await acquire(directory, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(directory: string, options: LockOptions): Promise<() => Promise<void>> {
  const ownerPath = join(directory, OWNER_FILE);
  let told = false;
  for (;;) {
    throwIfAborted(options.signal);
    try {
      await mkdir(directory, { recursive: true });
      const release = await lockfile.lock(directory, {
        lockfilePath: join(directory, '.lock'),
        stale: STALE_MS,
        update: STALE_MS / 6,
        // Only this process's own clock can call it compromised (a machine that slept): the work goes on, since every
        // file is written whole.
        onCompromised: () => undefined,
      });
      await writeFile(ownerPath, `${process.pid}@${hostname()}`);
      return async () => {
        await rm(ownerPath, { force: true });
        await release().catch(() => undefined);
        // A folder that was only for the lock goes with it; one with anything in it stays.
        await rmdir(directory).catch(() => undefined);
      };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Another process gave the lock back and removed the folder since it was made above.
      if (code === 'ENOENT') continue;
      if (code !== 'ELOCKED') {
        throw new DataError(`cannot lock '${directory}': ${(error as Error).message}`, { cause: error });
      }
    }
    const owner = await readOwner(ownerPath);
    if (owner?.gone) {
      await clearDeadLock(directory, ownerPath, owner.text);
      continue;
    }
    if (!told) options.onWait?.(owner?.pid ?? null);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Removes the lock of a process that is gone. Renaming the owner file is what one waiting process can do and another
 * then cannot; one that moved the file of a new owner by mistake puts it back.
 */
async function clearDeadLock(directory: string, ownerPath: string, dead: string): Promise<void> {
  const taken = `${ownerPath}.${process.pid}`;
  try {
    await rename(ownerPath, taken);
    if ((await readFile(taken, 'utf8')) !== dead) {
      await rename(taken, ownerPath);
      return;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(join(directory, '.lock'), { recursive: true, force: true });
  await rm(taken, { force: true });
}

interface Owner {
  readonly text: string;
  readonly pid: number;
  readonly gone: boolean;
}

async function readOwner(path: string): Promise<Owner | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [pidText, host] = text.split('@');
  const pid = Number(pidText);
  if (!host || !Number.isInteger(pid)) return null;
  if (host !== hostname()) return { text, pid, gone: false };
  try {
    process.kill(pid, 0);
    return { text, pid, gone: false };
  } catch (error) {
    return { text, pid, gone: (error as NodeJS.ErrnoException).code === 'ESRCH' };
  }
}
