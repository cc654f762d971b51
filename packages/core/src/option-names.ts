import type { z } from 'zod';

/** What a schema of zod says of itself, as far as it is needed to find an object in it. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  /** Of optional values and those with a default. */
  readonly innerType?: z.ZodType;
  /** Of lists. */
  readonly element?: z.ZodType;
  /** Of transformed values: what is received. */
  readonly in?: z.ZodType;
}

/** Names of the options that an object somewhere in a schema has; undefined where the schema does not tell. */
export function optionNames(schema: z.ZodType, path: readonly PropertyKey[]): string[] | undefined {
  const { type, shape, innerType, element, in: received } = schema.def as unknown as Definition;
  const within = innerType ?? (type === 'pipe' ? received : undefined);
  if (within) return optionNames(within, path);
  const [key, ...rest] = path;
  if (key === undefined) return shape && Object.keys(shape).sort();
  const next = shape ? shape[String(key)] : type === 'array' ? element : undefined;
  return next && optionNames(next, rest);
}
