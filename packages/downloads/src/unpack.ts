import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { throwIfAborted } from '@paretrain/core';
import type { ReadEntry } from 'tar';
import { DownloadError } from './download-error.ts';

export interface UnpackOptions {
  /** Folder to put the archive's files in. A file that is there stays as it is. */
  readonly directory: string;
  /** Folder for what is unpacked until all is there; on the same disk. Removed afterwards. */
  readonly staging: string;
  /** Files that the archive must hold, with '/' between folders. */
  readonly members: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the archive that were read so far. */
  readonly onBytes?: ((done: number) => void) | undefined;
}

const PLAIN_TYPES: readonly string[] = ['File', 'OldFile', 'ContiguousFile', 'Directory'];

/**
 * Unpacks a `.tar.gz` archive: all of it, or nothing.
 * @throws {DownloadError} when the archive is damaged, lacks a member, or holds a link or a path out of the folder
 * @throws {AbortedError} when stopped
 */
export async function unpack(archive: string, options: UnpackOptions): Promise<void> {
  const { directory, staging, members } = options;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    await extract(archive, options);
    for (const member of members) {
      if (!(await exists(join(staging, member)))) {
        throw new DownloadError(`${archive}: has no '${member}', which it should`);
      }
    }
    await moveFiles(staging, directory);
  } finally {
    // After an error a file of the archive may still be being written.
    await rm(staging, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function extract(archive: string, { staging, signal, onBytes }: UnpackOptions): Promise<void> {
  const tar = await import('tar');
  const refused: string[] = [];
  const extraction = tar.extract({
    cwd: staging,
    strict: true,
    // Called for every entry before anything of it is written.
    filter: (path, entry) => {
      const plain = isPlain(path, (entry as ReadEntry).type);
      if (!plain) refused.push(path);
      return plain;
    },
  });
  const source = createReadStream(archive, { highWaterMark: 2 ** 20, ...(signal ? { signal } : {}) });
  try {
    let done = 0;
    source.on('data', (chunk) => onBytes?.((done += chunk.length)));
    await new Promise<void>((resolve, reject) => {
      source.once('error', reject);
      extraction.on('error', reject);
      // Comes after the last file has been written.
      extraction.once('close', () => resolve());
      source.pipe(extraction);
    });
  } catch (error) {
    throwIfAborted(signal);
    throw new DownloadError(`${archive}: cannot be unpacked: ${(error as Error).message}`, { cause: error });
  } finally {
    source.destroy();
  }
  if (refused.length) {
    throw new DownloadError(
      `${archive}: holds '${refused[0]}'; valid: plain files and folders within the archive's own folder`,
    );
  }
}

/** Whether an entry is a file or folder that stays below the folder it is unpacked to. */
function isPlain(path: string, type: string): boolean {
  const parts = path.split(/[/\\]/);
  return PLAIN_TYPES.includes(type) && !parts.includes('..') && parts[0] !== '' && !/^[A-Za-z]:/.test(path);
}

async function moveFiles(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    // What a user has put there is not ours to replace.
    if (await exists(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    await rename(source, target);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
