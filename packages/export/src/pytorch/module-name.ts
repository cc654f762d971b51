import type { Step } from '../layer-chain.ts';

/** Name of a step's module in PyTorch, where a dot means a module within another. */
export function moduleName({ name }: Step): string {
  return name.replaceAll('.', '_');
}
