import type { z } from 'zod';
import { ConfigurationError, unknownNameText } from './errors.ts';
import { optionNames } from './option-names.ts';

/** The kinds of plugin; a package names what it offers under `paretrain` in its package.json, by these keys. */
export const PLUGIN_KINDS = [
  'objective',
  'method',
  'augmentation',
  'dataset',
  'transform',
  'loss-network',
  'evaluator',
  'backend',
  'suite',
] as const;
export type PluginKind = (typeof PLUGIN_KINDS)[number];

const BRAND = Symbol.for('paretrain.plugin');

/** What every plugin has. */
export interface PluginBase<Kind extends PluginKind = PluginKind, Options = unknown> {
  readonly kind: Kind;
  /** Public name, as users type it; the file that defines it is called the same. */
  readonly name: string;
  /** Changes whenever results can change; part of a run's id. */
  readonly version: string;
  /** One sentence for lists. */
  readonly description: string;
  /** Paper and section, or URL, that defines it. */
  readonly source?: string;
  /** Options with their defaults. */
  readonly options: z.ZodType<Options>;
}

/** A plugin by name, with the options that differ from its defaults. */
export interface PluginChoice {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a plugin author writes: everything of `T` but the kind. */
export type PluginDefinition<T extends PluginBase> = Omit<T, 'kind'>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Checks the common part of a definition and brands it. Used by every `define*` function. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any options: the caller's T says which
export function definePlugin<Kind extends PluginKind, T extends PluginBase<Kind, any>>(
  kind: Kind,
  definition: Omit<T, 'kind'> & { readonly name: string },
): T {
  if (!NAME.test(definition.name)) {
    throw new ConfigurationError(
      `${kind} name: received '${definition.name}', valid: letters, digits, '.', '_' and '-', starting with a letter or digit`,
    );
  }
  return Object.freeze({ ...definition, kind, [BRAND]: true }) as unknown as T;
}

/** Whether a value was made by one of the `define*` functions (of any copy of this package). */
export function isPlugin(value: unknown): value is PluginBase {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Fills in a plugin's default options and checks the given ones.
 * @throws {ConfigurationError} naming the plugin, the option, what was received and what is valid
 */
export function parseOptions<Options>(plugin: PluginBase<PluginKind, Options>, received: unknown): Options {
  const parsed = plugin.options.safeParse(received ?? {});
  if (parsed.success) return parsed.data;
  const issues = describeIssues(parsed.error, received, plugin.options);
  throw new ConfigurationError(`${plugin.kind} '${plugin.name}': ${issues}`);
}

/**
 * One line for a zod error: path, what was received, what is valid.
 * @param schema whose error it is: with it an unknown option is answered with those that exist
 */
export function describeIssues(error: z.ZodError, received: unknown, schema?: z.ZodType): string {
  return error.issues
    .map((issue) => {
      const path = issue.path.join('.');
      const names = schema && optionNames(schema, issue.path);
      if (issue.code === 'unrecognized_keys' && names) {
        const kind = path === '' ? 'option' : `option of '${path}'`;
        return issue.keys.map((key) => unknownNameText(kind, key, names)).join(' ');
      }
      const value = issue.path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
        received,
      );
      const where = issue.path.length ? `option '${path}'` : 'options';
      return `${where}: received ${JSON.stringify(value) ?? String(value)}, ${issue.message}`;
    })
    .join('; ');
}
