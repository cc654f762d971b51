import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openPytorch, readSafetensors } from '../src/index.ts';
import { fileSource } from '../src/node/index.ts';

const directory = join(
  process.env['PARETRAIN_DATA_DIR'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url)),
  'weights',
);
const HEADS = ['alex', 'squeeze', 'vgg'] as const;
const SAME = 'lpips_lin_v0.1.safetensors';
const missing = [...HEADS.map((name) => `${name}.pth`), SAME].filter(
  (file) => !existsSync(join(directory, file)),
);
if (missing.length > 0)
  console.info(`skipped: no ${missing.join(', ')} in ${directory} (PARETRAIN_DATA_DIR)`);

describe.skipIf(missing.length > 0)('the heads of LPIPS, in the format before PyTorch 1.6', () => {
  it.each(HEADS)('%s.pth has the tensors of the safetensors file', async (name) => {
    const { tensors } = readSafetensors(readFileSync(join(directory, SAME)));
    const expected = Object.entries(tensors).filter(([key]) => key.startsWith(`${name}.`));
    const source = await fileSource(join(directory, `${name}.pth`));
    const file = await openPytorch(source);
    expect(Object.keys(file.shapes).sort()).toEqual(
      expected.map(([key]) => key.slice(name.length + 1)).sort(),
    );
    for (const [key, tensor] of expected) expect(await file.read(key.slice(name.length + 1))).toEqual(tensor);
    await source.close();
  });
});
