import { DataError } from '@paretrain/core';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** A weight file that is part of the program, so that it loads without a file system or a network. */
export interface EmbeddedFile {
  readonly base64: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/**
 * The bytes of an embedded file.
 * @param name of the loss network, for messages
 * @throws {DataError} where it is not base64, or not the file that its checksum was made of
 */
export function decodeEmbedded(name: string, file: EmbeddedFile): Uint8Array {
  let text: string;
  try {
    text = atob(file.base64);
  } catch (error) {
    throw new DataError(`loss network '${name}': its embedded weights are not base64`, { cause: error });
  }
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const received = bytesToHex(sha256(bytes));
  if (received !== file.sha256) {
    throw new DataError(
      `loss network '${name}': embedded weights: received sha256 ${received}, valid: ${file.sha256}; ` +
        'they were changed or cut short',
    );
  }
  return bytes;
}
