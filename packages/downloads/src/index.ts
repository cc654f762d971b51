export { download, type DownloadOptions, type DownloadOutcome, type DownloadProgress } from './download.ts';
export { DownloadError } from './download-error.ts';
export { downloadedPaths, isDownloaded } from './downloaded-paths.ts';
export { fetchFile, sizeOnServer } from './fetch-file.ts';
export { freeBytes } from './free-bytes.ts';
export { hashFile, type HashOptions } from './hash-file.ts';
export type { TransferOptions } from './transfer.ts';
