import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  ConfigurationError,
  UnknownNameError,
  defineObjective,
  isPlugin,
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
    expect(() => parseOptions(plugin, { wieght: 1 })).toThrow(/wieght/);
  });

  it('unknown names are answered with the nearest', () => {
    expect(new UnknownNameError('method', 'I-I-PX', ['I-I-PW', 'F-F-FP'], 'I-I-PW').message).toBe(
      "unknown method 'I-I-PX'; did you mean 'I-I-PW'? Valid: I-I-PW, F-F-FP.",
    );
  });
});
