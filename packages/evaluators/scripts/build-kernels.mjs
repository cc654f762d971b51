// Compiles assembly/ into src/generated/mlp-kernels.ts: the module as base64, so that it loads the same way in Node and
// in a browser bundle, without a file beside it.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const { error, stdout, stderr, binary } = await (async () => {
  const files = new Map();
  const result = await asc.main(
    [
      'assembly/index.ts',
      '--outFile=kernels.wasm',
      '--baseDir=' + root,
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime=stub',
      '--enable=simd',
      '--use=abort=',
      '--initialMemory=1',
    ],
    { writeFile: (name, contents) => void files.set(name, contents) },
  );
  return { ...result, binary: files.get('kernels.wasm') };
})();
if (error) {
  console.error(stdout.toString(), stderr.toString());
  throw error;
}
const text = Buffer.from(binary).toString('base64');
await mkdir(root + 'src/generated', { recursive: true });
await writeFile(
  root + 'src/generated/mlp-kernels.ts',
  `// Written by scripts/build-kernels.mjs from assembly/; not for editing.\nexport const MLP_KERNELS =\n  '${text}';\n`,
);
console.log(`src/generated/mlp-kernels.ts: ${binary.length} bytes of WebAssembly`);
