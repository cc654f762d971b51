import type { TopLevelSpec } from 'vega-lite';

import { escapeHtml, Html } from './html.ts';
import { darkRules, THEME } from './palette.ts';

/** A table of the numbers that a figure shows. */
export type FigureData = readonly Readonly<Record<string, string | number | null>>[];

/** A drawing with the numbers behind it. */
export interface Figure {
  /** File name without extension. */
  readonly name: string;
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
  /** Bare drawing, without background; see {@link standaloneSvg} and {@link inlineSvg}. */
  readonly svg: string;
  readonly data: FigureData;
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const axis = {
  domainColor: THEME.muted.light,
  gridColor: THEME.grid.light,
  labelColor: THEME.muted.light,
  labelFont: FONT,
  labelFontSize: 12,
  tickColor: THEME.muted.light,
  titleColor: THEME.ink.light,
  titleFont: FONT,
  titleFontSize: 13,
  titleFontWeight: 600,
  titlePadding: 8,
} as const;

/** Draws a Vega-Lite specification; no browser and no canvas are needed. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  // Some 300 modules, which commands that draw nothing do without.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const { spec: vegaSpec } = compile({
    ...spec,
    background: 'transparent',
    padding: 6,
    config: {
      aria: false,
      font: FONT,
      axis,
      view: { stroke: null },
      title: { color: THEME.ink.light, font: FONT, fontSize: 14, fontWeight: 600, anchor: 'start' },
      text: { font: FONT, fontSize: 12.5, fill: THEME.ink.light },
    },
  });
  const view = new View(parse(vegaSpec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

interface SvgParts {
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

function splitSvg(svg: string): SvgParts {
  const match = /^<svg[^>]*viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>([\s\S]*)<\/svg>\s*$/.exec(svg);
  if (!match) throw new Error(`not a drawing of Vega: ${svg.slice(0, 80)}`);
  return { width: Number(match[1]), height: Number(match[2]), content: match[3] ?? '' };
}

/** For the page: scales with its container, takes colours from the page. */
export function inlineSvg(svg: string, label: string, className = ''): Html {
  const { width, height, content } = splitSvg(svg);
  return new Html(
    `<svg class="drawing ${className}" role="img" aria-label="${escapeHtml(label)}" ` +
      `viewBox="0 0 ${width} ${height}" style="max-width:${Math.round(width * 1.25)}px">${content}</svg>`,
  );
}

/** For a file: brings its own background and dark colours, so that it is right on any page. */
export function standaloneSvg(figure: Figure): string {
  const { width, height, content } = splitSvg(figure.svg);
  const style = `@media (prefers-color-scheme:dark){${darkRules('')}}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}"><title>${escapeHtml(figure.description)}</title><style>${style}</style>` +
    `<rect width="${width}" height="${height}" rx="8" fill="${THEME.panel.light}"/>${content}</svg>\n`
  );
}
