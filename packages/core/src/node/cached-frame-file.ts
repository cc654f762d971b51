import { AbortedError, DataError } from '../errors.ts';
import { FrameFile } from './frame-file.ts';
import { removeAbandoned } from './frame-file-writer.ts';
import { withLock } from './lock.ts';

export interface CachedFrameFileOptions {
  /** Writes the file, whole or not at all; called with its lock held. */
  readonly make: () => Promise<unknown>;
  readonly signal?: AbortSignal;
  /** Called once when another process is making it. */
  readonly onWait?: () => void;
  /** Called with what is wrong with the file that is there, before it is made again. */
  readonly onDamaged?: (error: DataError) => void;
}

/**
 * Opens a frame file of the cache. Where it is missing or damaged, one process makes it while others wait for it.
 * @throws {DataError} when it cannot be written @throws {AbortedError} when stopped; the file does not exist then
 */
export async function cachedFrameFile(path: string, options: CachedFrameFileOptions): Promise<FrameFile> {
  const { make, signal, onWait, onDamaged } = options;
  const found = await tryOpen(path);
  if (found instanceof FrameFile) return found;
  const makeUnlessMade = async () => {
    const since = await tryOpen(path);
    if (since instanceof FrameFile) return since;
    if (since) onDamaged?.(since);
    await removeAbandoned(path);
    await make();
    return FrameFile.open(path);
  };
  return withLock(`${path}.lock`, makeUnlessMade, {
    ...(onWait && { onWait: () => onWait() }),
    ...(signal && { signal }),
  });
}

/** The file, or why it cannot be used, or undefined when there is none. */
async function tryOpen(path: string): Promise<FrameFile | DataError | undefined> {
  try {
    return await FrameFile.open(path);
  } catch (error) {
    if (error instanceof AbortedError || !(error instanceof DataError)) throw error;
    return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' ? undefined : error;
  }
}
