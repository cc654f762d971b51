export { readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts';
export { CHECKPOINT_FILE, HISTORY_FILE, fileTrainingStore } from './file-training-store.ts';
