/** Versions of installed packages, by name; in Node only. A package that hides its package.json is left out. */
export function packageVersions(names: readonly string[]): Readonly<Record<string, string>> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const require = createRequire(import.meta.url);
  const versions: Record<string, string> = {};
  for (const name of names) {
    try {
      versions[name] = (require(`${name}/package.json`) as { version: string }).version;
    } catch {
      // Not worth failing for: the version is only told.
    }
  }
  return versions;
}
