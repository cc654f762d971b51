import { fileURLToPath } from 'node:url';
import type { SideCommand } from './side.ts';

/** Build of our kernels, see `PARETRAIN_WASM_SIMD` of `@paretrain/backend-wasm`. */
export type Simd = 'relaxed' | 'plain';

/** One of the programs of src/workers, on this Node. */
export function ownWorker(
  name: string,
  args: readonly (string | number)[],
  simd: Simd = 'relaxed',
): SideCommand {
  const file = fileURLToPath(new URL(`../workers/${name}.ts`, import.meta.url));
  return {
    command: [process.execPath, '--import', import.meta.resolve('tsx'), file, ...args.map(String)],
    environment: { PARETRAIN_WASM_SIMD: simd },
  };
}

/** One of the programs of the folder pytorch. */
export function torchWorker(python: string, name: string, args: readonly (string | number)[]): SideCommand {
  const file = fileURLToPath(new URL(`../../pytorch/${name}.py`, import.meta.url));
  return { command: [python, file, ...args.map(String)] };
}
