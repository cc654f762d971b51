import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AbortedError, type DownloadFile, type NeededTensor } from '@paretrain/core';
import { WeightFileError, openWeights, writeSafetensors, type WeightTensor } from '@paretrain/weights';
import { HttpSourceError, httpSource } from '@paretrain/weights/node';
import { PAUSE_MS, SILENCE_MS, TRIES } from './transfer.ts';

/** A weight file of which some tensors will do. */
export interface TensorFile extends DownloadFile {
  readonly otherPath: string;
  readonly tensors: readonly NeededTensor[];
}

export interface BringTensorsOptions {
  /** The data folder. */
  readonly directory: string;
  /** Folder for what has not come whole; on the same disk. */
  readonly work: string;
  readonly signal?: AbortSignal | undefined;
  readonly silenceMs?: number | undefined;
  readonly pauseMs?: number | undefined;
  /** Bytes of the tensors that have come. */
  readonly onBytes?: ((done: number) => void) | undefined;
}

/** First values of a tensor are published with four or five digits. */
const TOLERANCE = 1e-4;

const BYTES_PER_NUMBER = 4;

/** Whether a few tensors of a file are enough. */
export function isTensorFile(file: DownloadFile): file is TensorFile {
  return file.tensors !== undefined && file.otherPath !== undefined;
}

/** Size of the tensors, in bytes. */
export function tensorBytes({ tensors }: TensorFile): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/**
 * Brings the tensors that are needed out of a weight file, from the first mirror that allows ranges and has the file, and writes them
 * to the file's other path.
 * @returns false where no mirror gives them: what is wrong then shows when the whole file is downloaded
 * @throws {AbortedError} when stopped
 */
export async function bringTensors(file: TensorFile, options: BringTensorsOptions): Promise<boolean> {
  for (const address of file.urls) {
    try {
      await bringFrom(address, file, options);
      return true;
    } catch (error) {
      if (options.signal?.aborted) throw new AbortedError();
      if (!(error instanceof WeightFileError)) throw error;
    }
  }
  return false;
}

async function bringFrom(address: string, file: TensorFile, options: BringTensorsOptions): Promise<void> {
  const { directory, work, signal, silenceMs = SILENCE_MS, onBytes } = options;
  const open = () => httpSource(address, { silence: silenceMs, ...(signal && { signal }) });
  const source = await persistently(open, options);
  const tensors: Record<string, WeightTensor> = {};
  try {
    if (source.size !== file.bytes) {
      throw new WeightFileError(`${address}: has ${source.size} bytes, ${file.bytes} are expected`);
    }
    const weights = await openWeights({
      size: source.size,
      read: (offset, length) => persistently(() => source.read(offset, length), options),
    });
    let done = 0;
    for (const needed of file.tensors) {
      const tensor = await weights.read(needed.name);
      check(needed, tensor);
      tensors[needed.name] = tensor;
      onBytes?.((done += sizeOf(needed.shape)));
    }
  } finally {
    await source.close();
  }
  const [part, target] = [join(work, 'tensors'), join(directory, file.otherPath)];
  // Nothing but the tensors: the same from any mirror give the same bytes, whose checksum is part of runs' ids.
  await writeFile(part, writeSafetensors(asFloat32(tensors)));
  await mkdir(dirname(target), { recursive: true });
  await rename(part, target);
}

/** Asks again where a connection breaks or a server is busy. */
async function persistently<T>(ask: () => Promise<T>, options: BringTensorsOptions): Promise<T> {
  const { signal, pauseMs = PAUSE_MS } = options;
  for (let failures = 1; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      const passing = error instanceof HttpSourceError && error.passing;
      if (!passing || failures === TRIES || signal?.aborted) throw error;
    }
    await pause(pauseMs * 2 ** (failures - 1), undefined, signal ? { signal } : {}).catch(() => {
      throw new AbortedError();
    });
  }
}

/** @throws {WeightFileError} where a tensor is not the one that was published */
function check({ name, shape, sha256, beginsWith = [] }: NeededTensor, tensor: WeightTensor): void {
  if (tensor.shape.join() !== shape.join()) {
    throw new WeightFileError(
      `tensor '${name}': received shape [${tensor.shape.join(', ')}], valid: [${shape.join(', ')}]`,
    );
  }
  if (beginsWith.some((value, i) => !(Math.abs(tensor.data[i]! - value) <= TOLERANCE * Math.abs(value)))) {
    const begins = tensor.data.slice(0, beginsWith.length).join(', ');
    throw new WeightFileError(`tensor '${name}': begins with ${begins}, valid: ${beginsWith.join(', ')}`);
  }
  const digest =
    sha256 === undefined ? undefined : createHash('sha256').update(littleEndian(tensor.data)).digest('hex');
  if (digest !== sha256) {
    throw new WeightFileError(`tensor '${name}': its sha256 is ${digest}, published is ${sha256}`);
  }
}

function littleEndian(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(data.length * BYTES_PER_NUMBER);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setFloat32(i * BYTES_PER_NUMBER, value, true));
  return bytes;
}

function asFloat32(tensors: Readonly<Record<string, WeightTensor>>) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data }]),
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, BYTES_PER_NUMBER);
}
