import { describe, expect, it } from 'vitest';

import { renderReport, type ReportInput } from '../src/index.ts';
import { reconstructionsSection } from '../src/sections/reconstructions.ts';
import { sampleInput } from './sample-input.ts';

interface Pair {
  readonly input: string;
  readonly before?: string;
  readonly output: string;
}

/** The sample whose runs of a method hold what the evaluator `retrained-decoder` leaves, made from their own pairs. */
function withRetrained(methods: readonly string[], change: (pair: Pair) => object): ReportInput {
  const input = sampleInput();
  const found = input.runs.find((run) => run.details?.['reconstruction']);
  const { pairs } = found?.details?.['reconstruction'] as { pairs: readonly Pair[] };
  const details = { 'retrained-decoder': { pairs: pairs.map(change) } };
  return {
    ...input,
    runs: input.runs.map((run) =>
      methods.includes(run.method) ? { ...run, details: { ...run.details, ...details } } : run,
    ),
  };
}

async function page(input: ReportInput): Promise<string> {
  return (await renderReport(input, { sections: [reconstructionsSection] })).html;
}

const count = (text: string, what: string): number => text.split(what).length - 1;

describe('retrained decoders', () => {
  it('are shown below the input, after what the own decoder made of it', async () => {
    const without = await page(sampleInput());
    expect(without).not.toContain('retraining');
    const text = await page(withRetrained(['I-I-PS'], (pair) => ({ ...pair, before: pair.output })));
    expect(text).toContain('Before and after retraining the decoder');
    expect(count(text, '<img ') - count(without, '<img ')).toBe(3 * 6);
    expect(text.indexOf('own decoder, image 1')).toBeLessThan(text.indexOf('retrained decoder, image 1'));
  });

  it('are shown of methods without a decoder of their own', async () => {
    const text = await page(withRetrained(['I-F-FP'], (pair) => pair));
    expect(text).toContain('I-F-FP, retrained decoder, image 6');
    expect(text).not.toContain('own decoder, image');
  });

  it('are left out where a picture is not one, and that is said', async () => {
    const text = await page(withRetrained(['I-I-PS'], (pair) => ({ ...pair, before: 'x.png' })));
    expect(text).not.toContain('retraining the decoder');
    expect(text).toContain('6 stored pair(s) are not PNG data URIs');
  });
});
