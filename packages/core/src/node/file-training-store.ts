import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.ts';
import type { TrainingStore } from '../training/checkpoint.ts';
import { readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts';

export const CHECKPOINT_FILE = 'checkpoint.bin';
export const HISTORY_FILE = 'history.jsonl';

/**
 * Keeps a run's progress in a folder: `checkpoint.bin` and `history.jsonl`, each written whole or not at all.
 * A damaged checkpoint is reported to `onDamaged` and training begins at the beginning.
 */
export function fileTrainingStore(
  directory: string,
  onDamaged: (error: DataError) => void = () => undefined,
): TrainingStore & { clear(): Promise<void> } {
  const checkpointPath = join(directory, CHECKPOINT_FILE);
  const historyPath = join(directory, HISTORY_FILE);
  return {
    async load() {
      try {
        return await readCheckpointFile(checkpointPath);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        onDamaged(error);
        await rm(checkpointPath, { force: true });
        return null;
      }
    },
    async save(checkpoint) {
      await mkdir(directory, { recursive: true });
      await writeCheckpointFile(checkpointPath, checkpoint);
    },
    async saveHistory(history) {
      await mkdir(directory, { recursive: true });
      const temporary = `${historyPath}.${process.pid}.tmp`;
      await writeFile(temporary, history.map((record) => `${JSON.stringify(record)}\n`).join(''));
      await rename(temporary, historyPath);
    },
    async clear() {
      await rm(checkpointPath, { force: true });
    },
  };
}
