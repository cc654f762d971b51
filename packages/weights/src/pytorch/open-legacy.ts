import { readRange, type ByteSource } from '../byte-source.ts';
import type { WeightFile } from '../weight-file.ts';
import { collectTensors } from './collect-tensors.ts';
import { PytorchError } from './pytorch-error.ts';
import { pytorchScope } from './pytorch-scope.ts';
import type { PytorchStorage } from './pytorch-tensor.ts';
import { pytorchWeightFile } from './pytorch-weight-file.ts';
import { STORAGE_BYTES } from './storage-types.ts';
import { TruncatedPickleError, unpickle, type PickleValue } from './unpickler.ts';

/** The first pickle of a file, as `torch.serialization` has it. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** Read at first; doubled until the pickles are complete. */
const FIRST_BYTES = 1 << 16;
/** Pickles of more than this describe no weights. */
const MAX_PICKLE_BYTES = 1 << 26;

interface Head {
  readonly weights: PickleValue;
  readonly storages: ReadonlyMap<string, PytorchStorage>;
  /** Storages in the order of the file. */
  readonly order: readonly string[];
  readonly end: number;
}

/**
 * Opens the format that `torch.save` wrote before PyTorch 1.6: pickles of a magic number, the protocol, the system, the
 * weights and the storages' order; then each storage, 8 bytes of count and its elements.
 * @throws {WeightFileError}
 */
export async function openLegacyPytorch(source: ByteSource): Promise<WeightFile> {
  const { weights, storages, order, end } = await readHead(source);
  const tensors = collectTensors(weights);
  const starts = new Map<string, number>();
  let at = end;
  for (const key of order) {
    const storage = storages.get(key);
    if (!storage) throw new PytorchError(`storage '${key}' is in the file and nowhere described`);
    starts.set(key, at + 8);
    at += 8 + storage.count * STORAGE_BYTES[storage.type]!;
  }
  if (at !== source.size) {
    throw new PytorchError(
      `the storages end at byte ${at}, the file at ${source.size}: truncated or bytes left over`,
    );
  }
  return pytorchWeightFile(source, tensors, async ({ key, count }) => {
    const start = starts.get(key);
    if (start === undefined) throw new PytorchError(`storage '${key}' is missing`);
    const head = await readRange(source, start - 8, 8, `PyTorch file: storage '${key}'`);
    const found = new DataView(head.buffer, head.byteOffset).getBigInt64(0, true);
    if (found !== BigInt(count)) {
      throw new PytorchError(`storage '${key}' has ${found} elements, described as ${count}`);
    }
    return start;
  });
}

async function readHead(source: ByteSource): Promise<Head> {
  const most = Math.min(source.size, MAX_PICKLE_BYTES);
  for (let length = Math.min(FIRST_BYTES, most); ; length = Math.min(2 * length, most)) {
    try {
      return parseHead(await source.read(0, length));
    } catch (error) {
      if (!(error instanceof TruncatedPickleError) || length === most) throw error;
    }
  }
}

function parseHead(bytes: Uint8Array): Head {
  const storages = new Map<string, PytorchStorage>();
  const scope = pytorchScope(storages);
  const values: PickleValue[] = [];
  let at = 0;
  for (let i = 0; i < 5; i++) {
    const { value, end } = unpickle(bytes, at, scope);
    values.push(value);
    at = end;
    if (i === 0 && value !== MAGIC)
      throw new PytorchError('does not begin with the magic number of torch.save');
    if (i === 1 && value !== PROTOCOL)
      throw new PytorchError(`protocol ${String(value)}, valid: ${PROTOCOL}`);
  }
  const [, , system, weights, order] = values;
  if (!(system instanceof Map) || system.get('little_endian') !== true) {
    throw new PytorchError('was written on a big-endian machine or by something else than torch.save');
  }
  if (!isTexts(order)) {
    throw new PytorchError('the list of storages is damaged');
  }
  if (new Set(order).size !== order.length) throw new PytorchError('a storage is listed twice');
  return { weights: weights!, storages, order, end: at };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
