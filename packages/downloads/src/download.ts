import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UnavailableError, matchesChecksum, type DownloadFile } from '@paretrain/core';
import { withLock } from '@paretrain/core/node';
import { bringTensors, isTensorFile, tensorBytes, type TensorFile } from './bring-tensors.ts';
import { DownloadError } from './download-error.ts';
import { isDownloaded } from './downloaded-paths.ts';
import { fileSize } from './file-size.ts';
import { freeBytes } from './free-bytes.ts';
import { hashFile } from './hash-file.ts';
import { TransferRate } from './transfer-rate.ts';
import { dropPart, transfer } from './transfer.ts';
import { unpack } from './unpack.ts';

/** How far a download is. */
export interface DownloadProgress {
  /** Path of the file, as in its {@link DownloadFile}. */
  readonly path: string;
  readonly phase: 'download' | 'check' | 'unpack';
  /** Bytes of the file, in this phase. */
  readonly done: number;
  readonly total: number;
  /** Of the last seconds; null before there is anything to go by. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export interface DownloadOptions {
  /** The data folder. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Called once when another process is downloading the file, with its process id where that is known. */
  readonly onWait?: ((owner: number | null) => void) | undefined;
  /** A connection that gives nothing for so long is taken up again; milliseconds, 30,000 by default. */
  readonly silenceMs?: number | undefined;
  /** Pause before a server is asked a second time; milliseconds, 500 by default. */
  readonly pauseMs?: number | undefined;
}

/**
 * What became of a file: nothing was missing, it was downloaded, or the tensors that are needed of it were, to its other path.
 */
export type DownloadOutcome = 'present' | 'fetched' | 'tensors';

/** Folder for what has not come whole, in the data folder. */
const PARTIAL = '.partial';

/**
 * Brings an official file to the data folder, from the first of its mirrors that has it whole. Files get their names when
 * they are complete and checked; one that is there already is left alone. Two processes do not fetch the same file twice. Of a weight
 * file that says which tensors are needed, only these are brought where a server allows ranges.
 * @throws {DownloadError} when no mirror has the file, with the reason of each; what has come stays for the next call
 * @throws {UnavailableError} when the disk has not enough space
 * @throws {DataError} when the folder cannot be written @throws {AbortedError} when stopped
 */
export async function download(file: DownloadFile, options: DownloadOptions): Promise<DownloadOutcome> {
  const { signal, onWait } = options;
  const directory = resolve(options.directory);
  if (await isDownloaded(file, directory)) return 'present';
  const work = join(directory, PARTIAL, file.path.replaceAll('/', '--'));
  try {
    return await withLock(
      work,
      async () => {
        // Another process may have brought it meanwhile.
        if (await isDownloaded(file, directory)) return 'present';
        return bring(file, { ...options, directory }, work);
      },
      { ...(signal ? { signal } : {}), ...(onWait ? { onWait } : {}) },
    );
  } finally {
    // Stays while something in it is unfinished.
    await rmdir(join(directory, PARTIAL)).catch(() => undefined);
  }
}

async function bring(file: DownloadFile, options: DownloadOptions, work: string): Promise<DownloadOutcome> {
  const part = join(work, 'part');
  const outcome = isTensorFile(file) && (await bringPart(file, options, work)) ? 'tensors' : 'fetched';
  if (outcome === 'fetched') await bringWhole(file, options, work, part);
  await dropPart(part);
  return outcome;
}

async function bringPart(file: TensorFile, options: DownloadOptions, work: string): Promise<boolean> {
  const { directory, signal, silenceMs, pauseMs } = options;
  const bytes = tensorBytes(file);
  await requireSpace({ path: file.path, bytes }, directory, 0);
  const onBytes = reporter(file, 'download', bytes, options);
  return bringTensors(file, { directory, work, signal, silenceMs, pauseMs, onBytes });
}

async function bringWhole(
  file: DownloadFile,
  options: DownloadOptions,
  work: string,
  part: string,
): Promise<void> {
  const { directory, signal } = options;
  await requireSpace(file, directory, await fileSize(part));
  await bringFromMirrors(file, options, part);
  if (file.unpack) {
    const report = reporter(file, 'unpack', file.bytes, options);
    const { members } = file.unpack;
    await unpack(part, { directory, staging: join(work, 'unpacked'), members, signal, onBytes: report });
    await rm(part);
  } else {
    const target = join(directory, file.path);
    await mkdir(dirname(target), { recursive: true });
    await rename(part, target);
  }
}

/** An archive and what comes out of it are on the disk together. */
async function requireSpace(
  { path, bytes, unpack: unpacks }: Pick<DownloadFile, 'path' | 'bytes' | 'unpack'>,
  directory: string,
  have: number,
): Promise<void> {
  const needed = Math.max(0, bytes - have) + (unpacks ? (unpacks.bytes ?? bytes) : 0);
  const free = await freeBytes(directory);
  if (free >= needed) return;
  throw new UnavailableError(
    `${path}: ${needed} bytes are needed in '${directory}', ${free} are free.`,
    'free some space, or name a folder on another disk (--data-dir DIR or PARETRAIN_CACHE_DIR)',
  );
}

async function bringFromMirrors(file: DownloadFile, options: DownloadOptions, part: string): Promise<void> {
  const reasons: string[] = [];
  for (const address of file.urls) {
    try {
      await bringChecked(file, address, options, part);
      return;
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new DownloadError(`${file.path} cannot be downloaded: ${reasons.join('; ')}`);
}

async function bringChecked(
  file: DownloadFile,
  address: string,
  options: DownloadOptions,
  part: string,
): Promise<void> {
  const { bytes, checksum } = file;
  const { signal, silenceMs, pauseMs } = options;
  for (;;) {
    const found = await fileSize(part);
    const onBytes = reporter(file, 'download', bytes, options);
    await transfer(address, part, { bytes, signal, silenceMs, pauseMs, onBytes });
    const onHashed = reporter(file, 'check', bytes, options);
    const digest = await hashFile(part, checksum.algorithm, { signal, onBytes: onHashed });
    if (matchesChecksum(digest, checksum)) return;
    await dropPart(part);
    // What was there before this call may be to blame: once more, from the beginning.
    if (found > 0) continue;
    throw new DownloadError(
      `${address}: the ${checksum.algorithm} of what came is ${digest}, published is ${checksum.value}`,
    );
  }
}

/** Tells the progress of one phase. */
function reporter(
  { path }: DownloadFile,
  phase: DownloadProgress['phase'],
  total: number,
  { onProgress }: DownloadOptions,
): (done: number) => void {
  const rate = new TransferRate();
  return (done) => {
    if (!onProgress) return;
    const bytesPerSecond = rate.add(done);
    const secondsLeft = bytesPerSecond ? (total - done) / bytesPerSecond : null;
    onProgress({ path, phase, done, total, bytesPerSecond, secondsLeft });
  };
}
