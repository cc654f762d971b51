import { ConfigurationError } from '@paretrain/core';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** npm's limit on a package's name, its scope and prefix included. */
const LONGEST = 180;

/**
 * Checks the name of a plugin that shall be written: it becomes part of a folder's, a file's and a package's name.
 * @throws {ConfigurationError} with a name like it that is valid, where there is one
 */
export function checkPluginName(name: string): void {
  if (NAME.test(name) && name.length <= LONGEST) return;
  const alike = name
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, LONGEST);
  const hint = NAME.test(alike) ? `, such as '${alike}'` : '';
  throw new ConfigurationError(
    `plugin name: received '${name}', valid: lower-case words of letters and digits joined by '-', starting with a letter, ` +
      `at most ${LONGEST} characters${hint}`,
  );
}

/** As npm takes it: `name` or `@scope/name`. */
const PACKAGE_NAME = /^(@[a-z0-9][a-z0-9-._~]*\/)?[a-z0-9][a-z0-9-._~]*$/;
const LONGEST_PACKAGE_NAME = 214;

/** @throws {ConfigurationError} */
export function checkPackageName(name: string): void {
  if (PACKAGE_NAME.test(name) && name.length <= LONGEST_PACKAGE_NAME) return;
  throw new ConfigurationError(
    `package name: received '${name}', valid: name or @scope/name of lower-case letters, digits, '-', '.' and '_', ` +
      `at most ${LONGEST_PACKAGE_NAME} characters`,
  );
}

/** nearest-neighbours -> NearestNeighbours */
export function pascalCase(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** nearest-neighbours -> nearestNeighbours */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}
