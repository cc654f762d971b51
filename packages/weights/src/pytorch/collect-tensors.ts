import { PytorchError } from './pytorch-error.ts';
import { PytorchTensor } from './pytorch-tensor.ts';
import type { PickleValue } from './unpickler.ts';

/**
 * The tensors in nested containers, by the names on the way joined with '.', as in `state_dict.features.0.weight`.
 * @throws {PytorchError} where two have the same name, or there is none
 */
export function collectTensors(root: PickleValue): ReadonlyMap<string, PytorchTensor> {
  const tensors = new Map<string, PytorchTensor>();
  // A container is walked once: a pickle may nest the same one a million times, or in itself.
  const seen = new Set<PickleValue>();
  const pending: (readonly [path: string, value: PickleValue])[] = [['', root]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [path, value] = next;
    if (value instanceof PytorchTensor) {
      if (tensors.has(path)) throw new PytorchError(`two tensors are called '${path}'`);
      tensors.set(path, value);
    } else if ((value instanceof Map || Array.isArray(value)) && !seen.has(value)) {
      seen.add(value);
      const children = Array.from(value.entries() as Iterable<[PickleValue, PickleValue]>);
      // Last on first off: reversed, the names keep the file's order.
      for (const [key, child] of children.reverse()) pending.push([join(path, key), child]);
    }
  }
  if (tensors.size === 0) throw new PytorchError('holds no tensors');
  return tensors;
}

function join(path: string, key: PickleValue): string {
  if (typeof key !== 'string' && typeof key !== 'number') {
    throw new PytorchError(`below '${path}' something is filed under neither a text nor a number`);
  }
  return path === '' ? String(key) : `${path}.${key}`;
}
