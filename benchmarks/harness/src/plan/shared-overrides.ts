import { UnknownNameError } from '@paretrain/core';
import type { PluginBase } from '@paretrain/core';

/** Options that are given for all plugins of a kind at once. */
type SharedOverrides = Readonly<Record<string, unknown>>;

/** Those of the options that a plugin has. */
export function ownOverrides(
  plugin: Pick<PluginBase, 'options'>,
  overrides: SharedOverrides,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(overrides).filter(([key]) => {
      const issues = plugin.options.safeParse({ [key]: overrides[key] }).error?.issues ?? [];
      return !issues.some((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0);
    }),
  );
}

/**
 * Refuses options that none of the plugins has.
 * @param kind what an option is called in the error, such as 'method option'
 * @param known names of the options that they have
 * @throws {UnknownNameError}
 */
export function checkOverridesUsed(kind: string, overrides: SharedOverrides, known: Iterable<string>): void {
  const names = [...new Set(known)].sort();
  for (const key of Object.keys(overrides)) {
    if (!names.includes(key)) throw new UnknownNameError(kind, key, names);
  }
}
