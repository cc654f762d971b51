import { rename } from 'node:fs/promises';
import { DownloadError } from './download-error.ts';
import { reasonOf, withAnswer } from './request.ts';
import { SILENCE_MS, dropPart, transfer, type TransferOptions } from './transfer.ts';

/**
 * Downloads a file of which neither size nor checksum is known. What an earlier call has fetched is not fetched again, if the
 * file has not changed on the server. The file gets its name when it is complete.
 * @throws {DownloadError} when the server cannot be reached, fails or sends less than it says
 * @throws {AbortedError} when stopped; what has come stays
 */
export async function fetchFile(address: string, path: string, options: TransferOptions = {}): Promise<void> {
  const part = `${path}.part`;
  await transfer(address, part, options);
  await rename(part, path);
  await dropPart(part);
}

/**
 * Size of a file on a server, in bytes; 0 where the server does not tell.
 * @throws {DownloadError} with the reason, where it cannot be had
 */
export async function sizeOnServer(address: string, signal?: AbortSignal): Promise<number> {
  try {
    return await withAnswer(address, { method: 'HEAD', signal, silenceMs: SILENCE_MS }, async (answer) => {
      if (answer.status !== 200) throw new Error(`the server answers ${answer.status}`);
      return Number(answer.header('content-length') ?? 0);
    });
  } catch (error) {
    throw new DownloadError(`${address}: ${reasonOf(error)}`, { cause: error });
  }
}
