import type { Preparation } from './preparation.ts';

/** A transform as a module imports it. */
export interface UsedTransform {
  /** npm package, such as `@paretrain/transforms`. */
  readonly package: string;
  /** Name of the export. */
  readonly id: string;
}

/** npm packages that {@link usageModule} imports. */
export function usagePackages(transforms: readonly UsedTransform[]): string[] {
  const packages = ['@paretrain/export', '@tensorflow/tfjs', ...transforms.map((used) => used.package)];
  return [...new Set(packages)].sort();
}

/**
 * A module that embeds image files with the exported tfjs model, on its own: it prepares images as the run did.
 * @param transforms one for each of the preparation's
 */
export function usageModule({
  preparation,
  transforms,
}: {
  readonly preparation: Preparation;
  readonly transforms: readonly UsedTransform[];
}): string {
  const { decoded, interpolation } = preparation;
  const imports = [...new Set(transforms.map(({ package: from }) => from))].sort().map((from) => {
    const ids = new Set(transforms.filter((one) => one.package === from).map(({ id }) => id));
    return `import { ${[...ids].sort().join(', ')} } from '${from}';\n`;
  });
  const built = transforms.map(
    ({ id }, i) => `  ${id}.build(${JSON.stringify(preparation.transforms[i]!.options)}),\n`,
  );
  return `// Prints the embedding of each image, one JSON array a line: node embed.mjs photo.jpg ...
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { imagePreparer } from '@paretrain/export';
${imports.join('')}import * as tf from '@tensorflow/tfjs';

const { image, prepare } = imagePreparer(
  ${JSON.stringify({ decoded, interpolation })},
  [${built.length ? `\n${built.join('')}  ` : ''}],
);

/** The files beside this one; in a web page: tf.loadLayersModel('tfjs/model.json'). */
export async function loadEncoder() {
  const folder = new URL('tfjs/', import.meta.url);
  const model = JSON.parse(await readFile(new URL('model.json', folder), 'utf8'));
  const weights = await readFile(new URL('weights.bin', folder));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
}

/** Embeddings [files, size] of image files, as an array of arrays. */
export async function embed(encoder, files) {
  const { height, width, channels } = image;
  const pixels = await Promise.all(files.map((file) => prepare(file)));
  const embeddings = tf.tidy(() =>
    encoder.predict(
      tf.div(tf.concat(pixels.map((bytes) => tf.tensor4d(bytes, [1, height, width, channels], 'int32'))), 255),
    ),
  );
  try {
    return await embeddings.array();
  } finally {
    embeddings.dispose();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const encoder = await loadEncoder();
  for (const file of process.argv.slice(2)) console.log(JSON.stringify((await embed(encoder, [file]))[0]));
}
`;
}
