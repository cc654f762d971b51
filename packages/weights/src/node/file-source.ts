import { open } from 'node:fs/promises';
import type { ByteSource } from '../byte-source.ts';

/** A file as a source, which holds it open until it is closed. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** @throws {Error} the system's, where the file cannot be opened */
export async function fileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    close: () => file.close(),
  };
}
