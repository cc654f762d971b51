import type { PluginKind } from '@paretrain/core';
import type { ScaffoldKind } from './kinds.ts';

/** A package that shall be written. */
export interface PackageRequest {
  readonly kind: PluginKind;
  /** Of the plugin. */
  readonly name: string;
  readonly packageName: string;
  /** Folder of the package, absolute. */
  readonly target: string;
}

/** Where a package is written: what of it depends on that. */
export interface Surroundings {
  /** Folder that relative ones are below, absolute. */
  readonly root: string;
  /** How the command is called there. */
  readonly command: string;
  /** What has to be done before the command finds the plugin. */
  readonly install: readonly string[];
  /** The tests of the package, called in its folder. */
  readonly test: string;
  packageName(about: ScaffoldKind, name: string): string;
  /** Where the package is written unless told otherwise, below `root`. */
  folder(about: ScaffoldKind, name: string, packageName: string): string;
  /** Texts by path in the package: package.json and how it is built, type-checked and tested. */
  files(request: PackageRequest): Record<string, string>;
}

const KIND_NAMES: Readonly<Partial<Record<PluginKind, string>>> = {
  dataset: 'data set',
  'loss-network': 'loss network',
};

/** What the package.json of a plugin package says wherever it is. */
export function commonManifest({ kind, name, packageName }: PackageRequest) {
  return {
    name: packageName,
    version: '0.1.0',
    description: `The ${name} ${KIND_NAMES[kind] ?? kind}`,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    keywords: ['paretrain', 'paretrain-plugin'],
  };
}

/** What is published of it. */
export const BUILT_EXPORTS = {
  '.': { types: './dist/index.d.ts', default: './dist/index.js' },
  './package.json': './package.json',
};

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
