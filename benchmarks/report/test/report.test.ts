import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { csvParse } from 'd3-dsv';
import { XMLValidator } from 'fast-xml-parser';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { renderReport, writeReport, type ReportInput, type WrittenReport } from '../src/index.ts';
import { sampleInput, withFailure } from './sample-input.ts';

type Element = DefaultTreeAdapterTypes.Element;

/** Every element of a page; malformed markup is an error. */
function elementsOf(page: string): Element[] {
  const errors: string[] = [];
  const document = parse(page, {
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  });
  expect(errors).toEqual([]);
  const elements: Element[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) elements.push(node);
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(document);
  return elements;
}

const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value;

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node && node.nodeName === '#text') return (node as DefaultTreeAdapterTypes.TextNode).value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

async function page(input: ReportInput): Promise<string> {
  return (await renderReport(input)).html;
}

/** Page text with white space as a reader sees it. */
async function words(input: ReportInput): Promise<string> {
  const body = elementsOf(await page(input)).find(({ tagName }) => tagName === 'body');
  return (body ? textOf(body) : '').replace(/\s+/g, ' ');
}

describe('the page', () => {
  it('is well formed, has unique ids and working anchors, and loads nothing', async () => {
    const text = await page(sampleInput());
    const elements = elementsOf(text);
    const ids = elements.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const element of elements) {
      const href = attribute(element, 'href');
      if (href !== undefined) expect(ids).toContain(href.replace(/^#/, ''));
      const source = attribute(element, 'src');
      if (source !== undefined) expect(source).toMatch(/^data:image\/png;base64,/);
    }
    expect(elements.map(({ tagName }) => tagName)).not.toContain('script');
    expect(elements.map(({ tagName }) => tagName)).not.toContain('link');
    expect(text.replace(/http-equiv|data:image\/png;base64,[^"]*/g, '')).not.toMatch(
      /https?:|\/\/[a-z]|url\(|@import/i,
    );
  });

  it('names pictures, tables and sections for those who cannot see them', async () => {
    const elements = elementsOf(await page(sampleInput()));
    for (const element of elements) {
      if (element.tagName === 'img') expect(attribute(element, 'alt')).toBeTruthy();
      if (element.tagName === 'svg' && attribute(element, 'aria-hidden') !== 'true') {
        expect(attribute(element, 'role')).toBe('img');
        expect(attribute(element, 'aria-label')).toBeTruthy();
        expect(attribute(element, 'viewbox') ?? attribute(element, 'viewBox')).toBeTruthy();
      }
      if (element.tagName === 'table') {
        expect(element.childNodes.some((node) => 'tagName' in node && node.tagName === 'caption')).toBe(true);
      }
    }
    expect(elements.filter(({ tagName }) => tagName === 'h1')).toHaveLength(1);
    expect(elements.filter(({ tagName }) => tagName === 'img')).toHaveLength(4 * 6 + 6);
  });

  it('escapes every name', async () => {
    const evil = `<script>alert('x')</script>"&'><b>`;
    const rename = (text: string): string => text.replaceAll('I-I-PS', evil);
    const input = sampleInput();
    const renamed: ReportInput = {
      ...input,
      title: evil,
      suite: evil,
      command: evil,
      notes: [evil],
      runs: input.runs.map((run) => ({
        ...run,
        method: rename(run.method),
        dataset: { ...run.dataset, name: evil },
        backend: { ...run.backend, device: evil },
        environment: { ...run.environment, cpu: evil },
        metrics: { ...run.metrics, [evil]: 1 },
        ...(run.seed === 2 && { failure: { phase: evil, message: evil, error: evil } }),
      })),
      costs: input.costs.map((cost) => ({ ...cost, method: rename(cost.method), host: evil })),
      claims: [
        {
          ...{ id: evil, statement: evil, source: evil, reading: evil, verdict: 'contradicted' },
          comparisons: [
            {
              ...{ what: evil, unit: evil, holds: { above: 0 }, outcome: 'fails', missing: null, rows: [] },
              effect: { value: -1, interval: [-2, -0.5], seeds: 3 },
            },
          ],
          missing: [evil],
        },
      ],
      published: [
        {
          ...{ source: evil, metric: evil, unit: evil },
          rows: [{ dataset: evil, method: evil, variant: evil, value: 1 }],
        },
      ],
    };
    const { html, figures } = await renderReport(renamed);
    const tags = elementsOf(html).map(({ tagName }) => tagName);
    expect(tags).not.toContain('script');
    expect(html).not.toContain('<script');
    // The evil name is shown as text, not dropped.
    expect(html).toContain('&lt;script&gt;alert(');
    for (const figure of figures) expect(XMLValidator.validate(figure.svg)).toBe(true);
  });

  it('refuses pictures that are not PNG data URIs and says so', async () => {
    const input = sampleInput();
    const tracker = 'https://example.org/pixel.png';
    const runs = input.runs.map((run) =>
      run.method === 'I-I-PW'
        ? {
            ...run,
            details: {
              reconstruction: { pairs: [{ input: tracker, output: 'data:image/svg+xml;base64,AAAA' }] },
            },
          }
        : run,
    );
    const text = await page({ ...input, runs });
    expect(text).not.toContain('example.org');
    expect(text).not.toContain('svg+xml');
    expect(text).toContain('1 stored pair(s) are not PNG data URIs');
  });
});

describe('missing parts', () => {
  it('no runs', async () => {
    const input = { ...sampleInput(), runs: [], costs: [], histories: {} };
    expect(await words(input)).toContain('no stored runs');
  });

  it('all runs failed', async () => {
    const input = sampleInput();
    const failed = input.runs
      .map((run) => run.method)
      .reduce((all, method) => withFailure(all, method, [0, 1, 2]), input);
    const text = await words({ ...failed, histories: {} });
    expect(text).toContain('No run finished');
    expect(text).toContain('loss is NaN at epoch 2, step 17');
    expect(text).toContain('27 of 27 runs failed');
  });

  it('one seed', async () => {
    const input = sampleInput();
    const text = await words({ ...input, runs: input.runs.filter((run) => run.seed === 0) });
    expect(text).toContain('one seed');
    expect(text).toContain('Points are single seeds');
  });

  it('no cost measured', async () => {
    const { html, figures } = await renderReport({ ...sampleInput(), costs: [] });
    expect(html).toContain('No cost per epoch was measured');
    expect(figures.some(({ name }) => name.startsWith('pareto'))).toBe(false);
  });

  it('higher is better', async () => {
    const input = sampleInput();
    const runs = input.runs.map((run) => ({
      ...run,
      headline: run.headline && {
        metric: 'mlp.accuracy',
        value: run.headline.value / 30,
        unit: '',
        higherIsBetter: true,
      },
    }));
    const { html, figures } = await renderReport({ ...input, runs });
    expect(html).toContain('has the highest accuracy');
    expect(figures[0]?.svg).toContain('accuracy, higher is better');
    expect(figures[0]?.svg).toContain('↖ better');
  });

  it('costs over decades get a log axis whose ticks are round', async () => {
    const input = sampleInput();
    const costs = input.costs.map((cost, index) => {
      const seconds = 2 * 4 ** index;
      return {
        ...cost,
        secondsPerEpoch: seconds,
        secondsPerEpochInterval95: [seconds * 0.9, seconds * 1.1] as [number, number],
      };
    });
    const [figure] = (await renderReport({ ...input, costs })).figures;
    for (const tick of ['>10<', '>100<', '>1000<']) expect(figure?.svg).toContain(tick);
  });
});

describe('writeReport', () => {
  let folder = '';
  let written: WrittenReport;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'paretrain-report-'));
    written = await writeReport(sampleInput(), folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes a figure per method and the front, each valid SVG with both colour schemes', async () => {
    expect(written.figures).toHaveLength(1 + 1 + 7);
    for (const path of written.figures) {
      const svg = await readFile(path, 'utf8');
      expect(XMLValidator.validate(svg)).toBe(true);
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg).toContain('<title>');
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|NaN|undefined/);
    }
  });

  it('writes the numbers beside them', async () => {
    const methods = csvParse(await readFile(join(folder, 'methods.csv'), 'utf8'));
    expect(methods).toHaveLength(9);
    expect(methods.find((row) => row['method'] === 'I-I-PW')).toMatchObject({
      seconds_per_epoch: '7.9',
      seeds_finished: '3',
    });
    expect(csvParse(await readFile(join(folder, 'runs.csv'), 'utf8'))).toHaveLength(27);
    expect(csvParse(await readFile(join(folder, 'history.csv'), 'utf8'))).toHaveLength(7 * 3 * 10);
    for (const path of written.csv) expect(csvParse(await readFile(path, 'utf8')).length).toBeGreaterThan(0);
  });

  it('gives the same bytes for the same input', async () => {
    const first = await readFile(written.html, 'utf8');
    expect(await page(sampleInput())).toBe(first);
  });

  it('takes other sections', async () => {
    const { html } = await renderReport(sampleInput(), {
      sections: [{ id: 'mine', title: 'Mine', render: () => null }],
    });
    expect(html).not.toContain('Mine');
  });
});
