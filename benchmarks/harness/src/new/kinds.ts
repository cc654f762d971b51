import { UnknownNameError, type PluginKind } from '@paretrain/core';
import { closest } from 'fastest-levenshtein';

/** What is particular to the packages of one kind. */
export interface ScaffoldKind {
  /** Folder of the workspace that holds such packages. */
  readonly parent: 'packages' | 'datasets';
  /** In front of the plugin's name, in the folder's name and in the package's. */
  readonly folderPrefix: string;
  readonly packagePrefix: string;
  /** Whether the example uses tfjs itself, beyond its types. */
  readonly usesTensors: boolean;
  /** For the README: what the example does, and how it is tried. */
  readonly example: string;
  readonly use: string;
}

/** Kinds of plugin that `paretrain new` can write. */
const SCAFFOLD_KINDS: Readonly<Record<Exclude<PluginKind, 'suite'>, ScaffoldKind>> = {
  objective: {
    parent: 'packages',
    folderPrefix: 'loss-',
    packagePrefix: 'loss-',
    usesTensors: true,
    example: 'Mean absolute error of the reconstructed pixels. Option `weight` (1) multiplies it.',
    use: '',
  },
  augmentation: {
    parent: 'packages',
    folderPrefix: 'augmentation-',
    packagePrefix: 'augmentation-',
    usesTensors: false,
    example: 'Mirrors images left to right. Option `probability` (0.5) is the share that is mirrored.',
    use: '',
  },
  transform: {
    parent: 'packages',
    folderPrefix: 'transform-',
    packagePrefix: 'transform-',
    usesTensors: false,
    example: 'Cuts out the middle of images. Option `size` (32): pixels of a side.',
    use: 'pnpm paretrain bench --set dataset.transforms={{name}}',
  },
  dataset: {
    parent: 'datasets',
    folderPrefix: '',
    packagePrefix: 'dataset-',
    usesTensors: false,
    example:
      'Generated coloured shapes and their positions. Options: `size` (64), `counts` by split, `seed` (0).',
    use: 'pnpm paretrain bench --datasets {{name}}',
  },
  'loss-network': {
    parent: 'packages',
    folderPrefix: 'loss-network-',
    packagePrefix: 'loss-network-',
    usesTensors: true,
    example: 'A fixed bank of Gabor filters. Options: `orientations` (6), `wavelengths` in pixels ([4, 8]).',
    use: '',
  },
  evaluator: {
    parent: 'packages',
    folderPrefix: 'evaluator-',
    packagePrefix: 'evaluator-',
    usesTensors: false,
    example: 'k nearest neighbours among frozen embeddings. Option `k` (5).',
    use: '',
  },
  method: {
    parent: 'packages',
    folderPrefix: 'method-',
    packagePrefix: 'method-',
    usesTensors: true,
    example:
      'A linear autoencoder, whose embedding spans the principal components. Option `learningRate` (0.001).',
    use: 'pnpm paretrain bench --methods {{name}}',
  },
  backend: {
    parent: 'packages',
    folderPrefix: 'backend-',
    packagePrefix: 'backend-',
    usesTensors: true,
    example: "tfjs's own JavaScript backend: slow, and present everywhere.",
    use: 'pnpm paretrain bench --backends {{name}}',
  },
};

/** @throws {UnknownNameError} with the nearest kind */
export function scaffoldKind(kind: string): ScaffoldKind & { readonly kind: Exclude<PluginKind, 'suite'> } {
  const valid = Object.keys(SCAFFOLD_KINDS) as Exclude<PluginKind, 'suite'>[];
  const found = valid.find((candidate) => candidate === kind);
  if (!found) throw new UnknownNameError('plugin kind', kind, valid, closest(kind, valid));
  return { kind: found, ...SCAFFOLD_KINDS[found] };
}
