export { cacheDirectory } from './cache-directory.ts';
export { dataFolders, downloadsDirectory, findDataFile, type DataFolderContext } from './data-folders.ts';
export { readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts';
export { CHECKPOINT_FILE, HISTORY_FILE, fileTrainingStore } from './file-training-store.ts';
export { fileDigest } from './file-digest.ts';
export { missingData } from './missing-data.ts';
export { withLock, type LockOptions } from './lock.ts';
export { RecordReader, findRecordFile, type RecordFile } from './record-file.ts';
