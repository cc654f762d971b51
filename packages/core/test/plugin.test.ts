import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ConfigurationError,
  UnknownNameError,
  defineObjective,
  isPlugin,
  nearestName,
  parseOptions,
} from '../src/index.ts';

const objective = (name: string) =>
  defineObjective({
    name,
    version: '1',
    description: 'for this test',
    predicts: 'image',
    compares: 'image',
    options: z.strictObject({ weight: z.number().positive().default(2) }),
    build: () => ({
      loss: () => {
        throw new Error('unused');
      },
    }),
  });

describe('plugins', () => {
  it('are branded and frozen', () => {
    const plugin = objective('mean-absolute');
    expect(isPlugin(plugin)).toBe(true);
    expect(isPlugin({ ...objective('x'), kind: undefined })).toBe(true);
    expect(isPlugin({ name: 'x', kind: 'objective' })).toBe(false);
    expect(() => Object.assign(plugin, { name: 'other' })).toThrow(TypeError);
    expect(() => objective('no spaces')).toThrow(ConfigurationError);
  });

  it('fill in defaults and name what is wrong with an option', () => {
    const plugin = objective('mean-absolute');
    expect(parseOptions(plugin, undefined)).toEqual({ weight: 2 });
    expect(() => parseOptions(plugin, { weight: 'two' })).toThrow(
      /objective 'mean-absolute': option 'weight': received "two"/,
    );
  });

  it('answer an unknown option with the nearest and all that there are, at any depth', () => {
    const nested = defineObjective({
      ...objective('nested'),
      options: z.strictObject({
        weight: z.number().default(2),
        inner: z
          .strictObject({ reduction: z.string().default('sum'), scale: z.number().default(1) })
          .prefault({}),
        list: z.array(z.strictObject({ size: z.number() })).default([]),
      }),
    });
    const said = (options: unknown) => {
      try {
        return parseOptions(nested, options);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(said({ wieght: 1 })).toBe(
      "objective 'nested': unknown option 'wieght'; did you mean 'weight'? Valid: inner, list, weight.",
    );
    expect(said({ inner: { reductio: 'sum', other: 1 } })).toBe(
      "objective 'nested': unknown option of 'inner' 'reductio'; did you mean 'reduction'? Valid: reduction, scale. " +
        "unknown option of 'inner' 'other'. Valid: reduction, scale.",
    );
    expect(said({ list: [{ size: 1 }, { size: 1, siz: 2 }] })).toMatch(
      /unknown option of 'list.1' 'siz'; did you mean 'size'\? Valid: size\.$/,
    );
  });

  it('unknown names are answered with the nearest, where one is near', () => {
    const message = (received: string, valid: readonly string[]) =>
      new UnknownNameError('method', received, valid).message;
    expect(message('I-I-PX', ['I-I-PW', 'F-F-FP'])).toBe(
      "unknown method 'I-I-PX'; did you mean 'I-I-PW'? Valid: I-I-PW, F-F-FP.",
    );
    expect(message('nope', ['loss-networks', 'smoke'])).toBe(
      "unknown method 'nope'. Valid: loss-networks, smoke.",
    );
    expect(message('x', [])).toBe("unknown method 'x'. Valid: none.");
  });

  it.each([
    ['lunar', 'lunar-lander'],
    ['qiuck', 'quick'],
    ['feature-pretiktion', 'feature-prediction'],
    ['abc', undefined],
    ['', undefined],
  ])('the nearest of %j', (received, nearest) => {
    expect(nearestName(received, ['quick', 'feature-prediction', 'lunar-lander'])).toBe(nearest);
  });
});
