import { readFileSync } from 'node:fs';
import {
  ConfigurationError,
  isPlugin,
  parseOptions,
  type PluginBase,
  type PluginKind,
} from '@paretrain/core';
import { describe, expect, it } from 'vitest';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a plugin of any options
export type AnyPlugin = PluginBase<PluginKind, any>;

/** Registers what every plugin must satisfy; the suites of each kind call it. */
export function testPlugin(plugin: AnyPlugin, kind: PluginKind): void {
  it('is defined by its define function, with name, version and description', () => {
    expect(isPlugin(plugin)).toBe(true);
    expect(plugin.kind).toBe(kind);
    expect(plugin.name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    expect(plugin.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(plugin.description.trim().length).toBeGreaterThan(10);
    expect(plugin.description, 'one line').not.toContain('\n');
  });

  it('has a default for every option, as plain JSON, and leaves them as they are when parsed again', () => {
    const defaults = parseOptions(plugin, {});
    expect(parseOptions(plugin, undefined)).toEqual(defaults);
    expect(parseOptions(plugin, defaults)).toEqual(defaults);
    expect(JSON.parse(JSON.stringify(defaults)), 'a run id is made of the options as JSON').toEqual(defaults);
  });

  it('rejects unknown and malformed options with an error that names it', () => {
    for (const wrong of [{ 'no-such-option': 1 }, 'text', 3]) {
      expect(() => parseOptions(plugin, wrong)).toThrow(ConfigurationError);
      expect(() => parseOptions(plugin, wrong)).toThrow(plugin.name);
    }
  });
}

/** Registers a test where it has a meaning; elsewhere there is nothing to skip. */
export function registerIf(applies: boolean, name: string, test: () => void | Promise<void>): void {
  if (applies) it(name, test);
}

/**
 * The names under `paretrain` in a package.json are exactly the plugins that the package exports.
 * @param packageJson such as `new URL('../package.json', import.meta.url)`
 * @param exports the package's module: `import * as exports from '../src/index.ts'`
 */
export function testManifest(packageJson: URL, exports: Readonly<Record<string, unknown>>): void {
  describe('package.json', () => {
    it('names exactly the exported plugins', () => {
      const { paretrain } = JSON.parse(readFileSync(packageJson, 'utf8')) as {
        paretrain?: Record<string, string[]>;
      };
      const exported: Record<string, string[]> = {};
      for (const value of allPlugins(exports)) (exported[value.kind] ??= []).push(value.name);
      const sorted = (names: Record<string, string[]>): Record<string, string[]> =>
        Object.fromEntries(
          Object.entries(names)
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([kind, list]) => [kind, [...list].sort()]),
        );
      expect(sorted(paretrain ?? {})).toEqual(sorted(exported));
    });
  });
}

/** Exported plugins, also those inside exported arrays; each once. */
function allPlugins(exports: Readonly<Record<string, unknown>>): PluginBase[] {
  return [...new Set(Object.values(exports).flat().filter(isPlugin))];
}
