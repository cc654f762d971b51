import { ConfigurationError, UnknownNameError } from '@paretrain/core';
import type { ArgDef, ArgsDef, CommandDef } from 'citty';

type AnyCommand = CommandDef<ArgsDef>;

/**
 * Follows sub-command names. The parent's name, for help, is that of the program and every command above.
 * @throws {UnknownNameError} with the nearest command
 */
export async function resolveCommand(
  root: AnyCommand,
  rawArgs: readonly string[],
): Promise<{ command: AnyCommand; parent: AnyCommand | undefined; rest: string[] }> {
  let command = root;
  let parent: AnyCommand | undefined;
  const path: string[] = [];
  let rest = [...rawArgs];
  for (;;) {
    const subCommands = (await valueOf(command.subCommands)) ?? {};
    const names = Object.keys(subCommands);
    const name = rest[0];
    if (!names.length || name === undefined || name.startsWith('-')) return { command, parent, rest };
    if (!names.includes(name)) throw new UnknownNameError('command', name, names);
    path.push((await valueOf(command.meta))?.name ?? '');
    parent = { meta: { name: path.join(' ') } };
    command = (await valueOf(subCommands[name]))! as AnyCommand;
    rest = rest.slice(1);
  }
}

/**
 * Refuses flags that the command does not have, flags without their value and surplus words.
 * @throws {UnknownNameError} with the nearest flag @throws {ConfigurationError}
 */
export async function checkFlags(command: AnyCommand, rest: readonly string[]): Promise<void> {
  const args = ((await valueOf(command.args)) ?? {}) as Record<string, ArgDef>;
  const flags = Object.entries(args).filter(([, arg]) => arg.type !== 'positional');
  const names = flags.map(([name]) => `--${name}`);
  let positionals = Object.values(args).filter((arg) => arg.type === 'positional').length;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!;
    if (!word.startsWith('-') || word === '-') {
      if (positionals-- <= 0) throw new ConfigurationError(`unexpected argument '${word}'`);
      continue;
    }
    const [flag, inline] = word.split(/=(.*)/s, 2) as [string, string | undefined];
    const negated = flags.find(([name]) => flag === `--no-${name}`);
    const found = flags.find(([name]) => flag === `--${name}`) ?? negated;
    if (!found) throw new UnknownNameError('option', flag, names);
    if (found === negated && found[1].type !== 'boolean') {
      throw new ConfigurationError(
        `unknown option '${flag}': --${found[0]} takes a value, and is left out to have its default`,
      );
    }
    if (found[1].type === 'boolean') {
      if (inline !== undefined && !['true', 'false'].includes(inline)) {
        throw new ConfigurationError(`${flag}: received '${inline}', valid: no value, true or false`);
      }
      continue;
    }
    if (inline === undefined) {
      const next = rest[++i];
      if (next === undefined || next.startsWith('--')) {
        throw new ConfigurationError(`${flag}: received no value`);
      }
    }
  }
}

async function valueOf<T>(
  value: T | Promise<T> | (() => T | Promise<T>) | undefined,
): Promise<T | undefined> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value;
}

/** Names separated by commas; undefined where the flag was not given. */
export function listFlag(flag: string, value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const names = value.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) {
    throw new ConfigurationError(`${flag}: received '${value}', valid: names separated by commas`);
  }
  return names;
}

/** A whole number from `least`; undefined where the flag was not given. */
export function integerFlag(flag: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isInteger(number) || number < least) {
    throw new ConfigurationError(`${flag}: received '${value}', valid: an integer from ${least}`);
  }
  return number;
}

/** Whole numbers separated by commas. */
export function integerListFlag(
  flag: string,
  value: string | undefined,
  least: number,
): number[] | undefined {
  return listFlag(flag, value)?.map((item) => integerFlag(flag, item, least)!);
}

/** Every value of a flag that may be given several times, which citty keeps only the last of. */
export function repeatedFlag(flag: string, rawArgs: readonly string[]): string[] {
  const values: string[] = [];
  rawArgs.forEach((word, i) => {
    if (word === flag && rawArgs[i + 1] !== undefined) values.push(rawArgs[i + 1]!);
    else if (word.startsWith(`${flag}=`)) values.push(word.slice(flag.length + 1));
  });
  return values;
}
