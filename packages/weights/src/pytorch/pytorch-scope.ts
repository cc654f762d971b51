import { PytorchError } from './pytorch-error.ts';
import { PytorchTensor, type PytorchStorage } from './pytorch-tensor.ts';
import { STORAGE_BYTES } from './storage-types.ts';
import { PickleGlobal, type PickleScope, type PickleValue } from './unpickler.ts';

/** Everything that a file of weights may call, by Python's names. */
const CALLS: Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue>> = {
  'collections.OrderedDict': ([pairs = []]) => orderedDict(pairs),
  'torch.Size': ([sizes = []]) => sizes,
  'torch._utils._rebuild_tensor': (args) => rebuildTensor(args),
  'torch._utils._rebuild_tensor_v2': (args) => rebuildTensor(args),
  'torch._utils._rebuild_parameter': ([tensor]) => {
    if (!(tensor instanceof PytorchTensor)) throw new PytorchError('a parameter that is not a tensor');
    return tensor;
  },
};

/** Class of what `persistent` gives, so that nothing else passes for a storage. */
class Storage implements PytorchStorage {
  readonly type: string;
  readonly key: string;
  readonly count: number;

  constructor(type: string, key: string, count: number) {
    this.type = type;
    this.key = key;
    this.count = count;
  }
}

/**
 * What a pickle of weights may refer to: tensors, their storages and ordered dictionaries.
 * @param storages filled with those that the pickle names, by key
 */
export function pytorchScope(storages: Map<string, PytorchStorage>): PickleScope {
  return {
    find(module, name) {
      const full = `${module}.${name}`;
      if (module === 'torch' && Object.hasOwn(STORAGE_BYTES, name)) return new PickleGlobal(name);
      if (Object.hasOwn(CALLS, full)) return new PickleGlobal(full, CALLS[full]);
      throw new PytorchError(
        `refers to '${full}', which is refused: a file of weights holds tensors, containers, numbers and texts only ` +
          `(valid: ${Object.keys(CALLS).join(', ')} and torch's storages)`,
      );
    },
    persistent(id) {
      const storage = readStorage(id);
      const known = storages.get(storage.key) ?? storage;
      if (known.type !== storage.type || known.count !== storage.count) {
        throw new PytorchError(`storage '${storage.key}' is described twice, differently`);
      }
      storages.set(known.key, known);
      return known;
    },
  };
}

function readStorage(id: PickleValue): Storage {
  const [kind, type, key, , count, view = null] = Array.isArray(id) ? id : [];
  const valid =
    kind === 'storage' &&
    type instanceof PickleGlobal &&
    Object.hasOwn(STORAGE_BYTES, type.name) &&
    typeof key === 'string' &&
    Number.isSafeInteger(count) &&
    (count as number) >= 0;
  if (!valid) throw new PytorchError('a persistent id that does not name a storage');
  if (view !== null) {
    throw new PytorchError(`storage '${key}' is a view of another, as before PyTorch 0.4; save it again`);
  }
  return new Storage(type.name, key, count as number);
}

function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): PytorchTensor {
  if (!(storage instanceof Storage)) throw new PytorchError('a tensor without a storage');
  return new PytorchTensor(storage, offset, shape, strides);
}

function orderedDict(pairs: PickleValue): Map<PickleValue, PickleValue> {
  if (!Array.isArray(pairs)) throw new PytorchError('an OrderedDict that is not made of pairs');
  return new Map(
    pairs.map((pair): [PickleValue, PickleValue] => {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new PytorchError('an OrderedDict that is not made of pairs');
      return [pair[0]!, pair[1]!];
    }),
  );
}
