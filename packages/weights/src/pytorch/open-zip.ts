import { Reader, ZipReader, type Entry } from '@zip.js/zip.js';
import { readRange, type ByteSource } from '../byte-source.ts';
import { WeightFileError } from '../weight-file-error.ts';
import type { WeightFile } from '../weight-file.ts';
import { collectTensors } from './collect-tensors.ts';
import { PytorchError } from './pytorch-error.ts';
import { pytorchScope } from './pytorch-scope.ts';
import type { PytorchStorage } from './pytorch-tensor.ts';
import { pytorchWeightFile } from './pytorch-weight-file.ts';
import { STORAGE_BYTES } from './storage-types.ts';
import { unpickle } from './unpickler.ts';

const LOCAL_HEADER = { signature: 0x04034b50, bytes: 30, nameLength: 26, extraLength: 28 } as const;

/**
 * Opens the format that `torch.save` writes since PyTorch 1.6: a zip archive, nothing compressed, of a pickle and one
 * file a storage. Only the archive's directory and the pickle are read.
 * @throws {WeightFileError}
 */
export async function openZippedPytorch(source: ByteSource): Promise<WeightFile> {
  const entries = await readDirectory(source);
  const pickleName = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (!pickleName) throw new PytorchError("a zip archive without 'data.pkl'");
  const folder = pickleName.slice(0, -'data.pkl'.length);
  await checkByteOrder(source, entries.get(`${folder}byteorder`));
  const storages = new Map<string, PytorchStorage>();
  const { value } = unpickle(await readEntry(source, entries.get(pickleName)!), 0, pytorchScope(storages));
  return pytorchWeightFile(source, collectTensors(value), async (storage) => {
    const name = `${folder}data/${storage.key}`;
    const entry = entries.get(name);
    if (!entry) throw new PytorchError(`'${name}' is missing from the archive`);
    const bytes = storage.count * STORAGE_BYTES[storage.type]!;
    if (entry.uncompressedSize !== bytes) {
      throw new PytorchError(`'${name}' has ${entry.uncompressedSize} bytes, described as ${bytes}`);
    }
    return locate(source, entry);
  });
}

async function readDirectory(source: ByteSource): Promise<ReadonlyMap<string, Entry>> {
  try {
    const reader = new ZipReader(new SourceReader(source), { useWebWorkers: false });
    const entries = await reader.getEntries();
    return new Map(entries.map((entry) => [entry.filename, entry]));
  } catch (error) {
    if (error instanceof WeightFileError) throw error;
    throw new PytorchError(`damaged zip archive: ${(error as Error).message}`, { cause: error });
  }
}

/** zip.js's reader of a byte source. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    return readRange(this.#source, offset, length, 'PyTorch file: the directory of the zip archive');
  }
}

async function checkByteOrder(source: ByteSource, entry: Entry | undefined): Promise<void> {
  // Files from before PyTorch 2.1 do not say; they are little-endian.
  if (!entry) return;
  const text = new TextDecoder().decode(await readEntry(source, entry));
  if (text !== 'little') throw new PytorchError(`byte order '${text}', valid: little`);
}

async function readEntry(source: ByteSource, entry: Entry): Promise<Uint8Array> {
  const start = await locate(source, entry);
  return readRange(source, start, entry.uncompressedSize, `PyTorch file: '${entry.filename}'`);
}

/** Where an entry's content begins: behind a header whose length only the entry itself tells. */
async function locate(source: ByteSource, entry: Entry): Promise<number> {
  const what = `PyTorch file: '${entry.filename}'`;
  if (entry.compressionMethod !== 0 || entry.encrypted || entry.compressedSize !== entry.uncompressedSize) {
    throw new PytorchError(`'${entry.filename}' is compressed or encrypted, which torch.save never does`);
  }
  const header = await readRange(source, entry.offset, LOCAL_HEADER.bytes, what);
  const view = new DataView(header.buffer, header.byteOffset);
  if (view.getUint32(0, true) !== LOCAL_HEADER.signature) {
    throw new PytorchError(`'${entry.filename}' does not begin where the directory says; damaged`);
  }
  return (
    entry.offset +
    LOCAL_HEADER.bytes +
    view.getUint16(LOCAL_HEADER.nameLength, true) +
    view.getUint16(LOCAL_HEADER.extraLength, true)
  );
}
