/**
 * Colours of the page and the figures. Figures carry the light colours as attributes, so that they are right in any
 * viewer; style sheets swap them for the dark ones by attribute selector. Method colours are Okabe and Ito's (Color
 * Universal Design), the pale ones darkened until they reach 3:1 on white; every method has a shape of its own besides.
 */
interface Tone {
  readonly light: string;
  readonly dark: string;
}

export const THEME = {
  ink: { light: '#1f2328', dark: '#e8ecf1' },
  muted: { light: '#59626d', dark: '#a3adb8' },
  grid: { light: '#e3e6ea', dark: '#2c333b' },
  panel: { light: '#ffffff', dark: '#14181d' },
  front: { light: '#3d4c63', dark: '#b7c6dd' },
  dominated: { light: '#eef2f7', dark: '#1c232c' },
} as const satisfies Record<string, Tone>;

const METHOD_TONES: readonly Tone[] = [
  { light: '#0072b2', dark: '#4ea3e0' },
  { light: '#d55e00', dark: '#f58a42' },
  { light: '#00916a', dark: '#2ec499' },
  { light: '#b1447f', dark: '#e08fbd' },
  { light: '#b07400', dark: '#eab04a' },
  { light: '#2e96cf', dark: '#90d4fb' },
  { light: '#6b7480', dark: '#c3cad3' },
];

/** Classes of images come in tens more often than methods do: three more, as far from the others as can be. */
const CLASS_TONES: readonly Tone[] = [
  ...METHOD_TONES,
  { light: '#332288', dark: '#9a8ff0' },
  { light: '#6c7a14', dark: '#c3cc5a' },
  { light: '#7a1f3d', dark: '#e8738f' },
];

/** Vega's symbol names with the path of a marker in a box of 16, for tables. */
const SHAPES = {
  circle: 'M8 3.2a4.8 4.8 0 1 0 .01 0Z',
  square: 'M3.8 3.8h8.4v8.4h-8.4Z',
  'triangle-up': 'M8 2.6 13.6 12.6H2.4Z',
  diamond: 'M8 2 13 8 8 14 3 8Z',
  cross: 'M6.3 2.8h3.4v3.5h3.5v3.4H9.7v3.5H6.3V9.7H2.8V6.3h3.5Z',
  'triangle-down': 'M8 13.4 2.4 3.4h11.2Z',
  'triangle-right': 'M13.4 8 3.4 13.6V2.4Z',
  'triangle-left': 'M2.6 8l10-5.6v11.2Z',
} as const;

/** How a method looks, the same in every figure and table. */
export interface Marker {
  readonly color: string;
  readonly shape: string;
  readonly path: string;
}

/** Seven colours against eight shapes: no pair comes twice among 56 methods. */
export function markerOf(index: number): Marker {
  const tone = METHOD_TONES[index % METHOD_TONES.length];
  return withShape({ color: tone?.light ?? THEME.ink.light }, index);
}

/** How a class of images looks. Ten colours against eight shapes: no pair comes twice among 40 classes. */
export function classMarkerOf(index: number): Marker {
  const tone = CLASS_TONES[index % CLASS_TONES.length];
  return withShape({ color: tone?.light ?? THEME.ink.light }, index);
}

/** The same colour with the shape of another index. */
export function withShape({ color }: Pick<Marker, 'color'>, index: number): Marker {
  const shapes = Object.entries(SHAPES);
  const [shape, path] = shapes[index % shapes.length] ?? ['circle', SHAPES.circle];
  return { color, shape, path };
}

/** CSS rules that turn the light colours of figures within `scope` into the dark ones. */
export function darkRules(scope: string): string {
  return [...Object.values(THEME), ...CLASS_TONES]
    .flatMap(({ light, dark }) =>
      (['fill', 'stroke'] as const).map((name) => `${scope}[${name}="${light}"]{${name}:${dark}}`),
    )
    .join('');
}
