import { UnknownNameError, type PluginKind } from '@paretrain/core';

/** What is particular to the packages of one kind. */
export interface ScaffoldKind {
  /** Folder of the workspace that holds such packages. */
  readonly parent: 'packages' | 'datasets';
  /** In front of the plugin's name, in the folder's name and in the package's. */
  readonly folderPrefix: string;
  readonly packagePrefix: string;
  /** For the README: what the example does. */
  readonly example: string;
  /** For the README: the arguments of `paretrain` that try it, or what has to be written for that. */
  readonly use: { readonly command: string } | { readonly text: string };
}

/** Kinds of plugin that `paretrain new` can write. */
const SCAFFOLD_KINDS: Readonly<Record<Exclude<PluginKind, 'suite'>, ScaffoldKind>> = {
  objective: {
    parent: 'packages',
    folderPrefix: 'loss-',
    packagePrefix: 'loss-',
    example: 'Mean absolute error of the reconstructed pixels. Option `weight` (1) multiplies it.',
    use: {
      text:
        'A method minimises it; `autoencoder` of `@paretrain/method-autoencoder` makes one:\n\n' +
        "```ts\nautoencoder({ name, description, encoder: 'image', decoder: 'image', objective: {{identifier}} });\n```",
    },
  },
  augmentation: {
    parent: 'packages',
    folderPrefix: 'augmentation-',
    packagePrefix: 'augmentation-',
    example: 'Mirrors images left to right. Option `probability` (0.5) is the share that is mirrored.',
    use: { command: 'bench --methods PL-AE --augmentation {{name}}' },
  },
  transform: {
    parent: 'packages',
    folderPrefix: 'transform-',
    packagePrefix: 'transform-',
    example: 'Cuts out the middle of images. Option `size` (32): pixels of a side.',
    // Back to the 64x64 that the encoders take.
    use: { command: 'bench --set dataset.transforms={{name}},tile' },
  },
  dataset: {
    parent: 'datasets',
    folderPrefix: '',
    packagePrefix: 'dataset-',
    example:
      'Generated coloured shapes and their positions. Options: `size` (64), `counts` by split, `seed` (0).',
    use: { command: 'bench --datasets {{name}}' },
  },
  'loss-network': {
    parent: 'packages',
    folderPrefix: 'loss-network-',
    packagePrefix: 'loss-network-',
    example: 'A fixed bank of Gabor filters. Options: `orientations` (6), `wavelengths` in pixels ([4, 8]).',
    use: { command: 'bench --loss-networks {{name}}' },
  },
  evaluator: {
    parent: 'packages',
    folderPrefix: 'evaluator-',
    packagePrefix: 'evaluator-',
    example: 'k nearest neighbours among frozen embeddings. Option `k` (5).',
    use: {
      text: "It evaluates the runs of a suite whose profiles name it: `evaluators: [{ name: '{{name}}' }]`.",
    },
  },
  method: {
    parent: 'packages',
    folderPrefix: 'method-',
    packagePrefix: 'method-',
    example:
      'A linear autoencoder, whose embedding spans the principal components. Option `learningRate` (0.001).',
    use: { command: 'bench --methods {{name}}' },
  },
  backend: {
    parent: 'packages',
    folderPrefix: 'backend-',
    packagePrefix: 'backend-',
    example: "tfjs's own JavaScript backend: slow, and present everywhere.",
    use: { command: 'bench --backends {{name}}' },
  },
};

/** @throws {UnknownNameError} with the nearest kind */
export function scaffoldKind(kind: string): ScaffoldKind & { readonly kind: Exclude<PluginKind, 'suite'> } {
  const valid = Object.keys(SCAFFOLD_KINDS) as Exclude<PluginKind, 'suite'>[];
  const found = valid.find((candidate) => candidate === kind);
  if (!found) throw new UnknownNameError('plugin kind', kind, valid);
  return { kind: found, ...SCAFFOLD_KINDS[found] };
}
