import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '@paretrain/core';
import type { TensorflowFiles } from './build-binding.ts';

const HEADER = join('tensorflow', 'c', 'c_api.h');

/** What the C library is called in a libtensorflow archive, in a Python package and in distributions. */
const LIBRARY_NAMES = [
  'libtensorflow.so.2',
  'libtensorflow.so',
  'libtensorflow_cc.so.2',
  'libtensorflow_cc.so',
];
const FRAMEWORK_NAMES = ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'];

/**
 * Finds TensorFlow's files in two folders.
 * @param what how the user named them
 * @throws {ConfigurationError} that says which file is missing where
 */
export function tensorflowFiles(what: string, include: string, lib: string): TensorflowFiles {
  if (!existsSync(join(include, HEADER))) {
    throw new ConfigurationError(
      `${what}: no ${HEADER} in '${include}'; valid: a folder with TensorFlow's C headers`,
    );
  }
  const find = (names: readonly string[]): string => {
    const found = names.find((name) => existsSync(join(lib, name)));
    if (!found) {
      throw new ConfigurationError(
        `${what}: no ${names.join(', no ')} in '${lib}'; valid: a folder with TensorFlow's library`,
      );
    }
    return join(lib, found);
  };
  return { include, library: find(LIBRARY_NAMES), framework: find(FRAMEWORK_NAMES) };
}

/** The files of a libtensorflow archive that was unpacked to a folder. */
export function libraryFiles(directory: string): TensorflowFiles {
  return tensorflowFiles(`--library '${directory}'`, join(directory, 'include'), join(directory, 'lib'));
}
