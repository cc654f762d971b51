import { formatImageShape, type ImageShape } from '@paretrain/core';
import type { ExportFormat } from './export-formats.ts';
import type { Preparation } from './preparation.ts';

export interface UsageReadme {
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly formats: readonly ExportFormat[];
  /** What the encoder takes. */
  readonly image: ImageShape;
  /** Numbers of an embedding. */
  readonly size: number;
  readonly preparation: Preparation;
  /** npm packages of the module that embeds. */
  readonly packages: readonly string[];
  /** Code of the PyTorch network, where there is one. */
  readonly python: string | null;
}

/** What an exported folder holds and how it is used, in Markdown. */
export function usageReadme(about: UsageReadme): string {
  const { title, facts, formats, image, size, preparation, packages, python } = about;
  const { height, width, channels } = image;
  const parts = [
    `# ${title}`,
    Object.entries(facts)
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
    `The encoder takes images of ${formatImageShape(image)} with values in [0, 1] (bytes divided by 255) and gives embeddings of ${size} numbers.`,
    preparationText(preparation),
  ];
  if (formats.includes('tfjs')) {
    parts.push(
      '## TensorFlow.js: `tfjs/`',
      `Images are [batch, ${height}, ${width}, ${channels}]. \`embed.mjs\` embeds image files, prepared exactly so:`,
      fence('sh', `npm install ${packages.join(' ')}\nnode embed.mjs photo.jpg`),
      'In a web page:',
      fence(
        'js',
        `const encoder = await tf.loadLayersModel('tfjs/model.json');\nconst embeddings = encoder.predict(images);`,
      ),
    );
  }
  if (python !== null) {
    parts.push(
      '## PyTorch: `encoder.safetensors`',
      `Images are [batch, ${channels}, ${height}, ${width}].`,
      fence('python', `${python}\nembeddings = encoder(images)`),
    );
  }
  if (formats.includes('onnx')) {
    parts.push(
      '## ONNX: `encoder.onnx`',
      `Images are [batch, ${channels}, ${height}, ${width}]; operators of opset 13.`,
      fence(
        'python',
        "import onnxruntime\n\nencoder = onnxruntime.InferenceSession('encoder.onnx')\n(embeddings,) = encoder.run(None, {'images': images})",
      ),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

function preparationText({ decoded, interpolation, transforms }: Preparation): string {
  const { height, width, channels } = decoded;
  const steps = [
    'the image upright as its EXIF orientation says, in sRGB of 8 bits, transparent parts over white',
    `its middle square, resized to ${height}x${width} (${interpolation}, antialiased, as Pillow does)`,
    ...(channels === 1 ? ['grey: ITU-R BT.601 luma, one channel'] : []),
    ...transforms.map(
      ({ name, options }) => `\`${name}\` of Paretrain's transforms with ${JSON.stringify(options)}`,
    ),
  ];
  return `It was trained on images that were prepared so; prepare others alike:\n\n${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}`;
}

function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}
