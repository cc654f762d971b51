import { createCanvas, type Canvas, type SKRSContext2D } from '@napi-rs/canvas';
import { FLAGS_X, PAD_HEIGHT, PIXELS_PER_METRE, VIEWPORT, WORLD, type Point } from './geometry.ts';
import { PARTICLE_RADIUS, type VisibleParticle } from './lander-world.ts';

/** A part of the 600 x 400 picture in whole pixels: columns left to right - 1, rows top to bottom - 1. */
export interface PixelRectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What moves in a picture. */
export interface MovingObjects {
  /** Corners in metres of the hull, then of the two legs. */
  readonly outlines: readonly (readonly Point[])[];
  readonly particles: readonly VisibleParticle[];
}

const COLOURS = {
  sky: '#000000',
  ground: '#ffffff',
  body: '#8066e6',
  edge: '#4d4d80',
  flag: '#cccc00',
  pole: '#ffffff',
};

const FLAG = { pole: 50, height: 10, length: 25 };
const FLAG_RECTANGLES: readonly PixelRectangle[] = FLAGS_X.map((x) => ({
  left: column(x) - 1,
  right: column(x) + FLAG.length + 2,
  top: row(PAD_HEIGHT) - FLAG.pole - 2,
  bottom: row(PAD_HEIGHT) + 2,
}));

/**
 * Draws LunarLander at 600 x 400 in the environment's colours and order: white ground under a black sky, exhaust particles,
 * hull and legs, and the two flags above everything. Edges are anti-aliased.
 */
export class SceneCanvas {
  readonly #backdrop: Canvas = createCanvas(VIEWPORT.width, VIEWPORT.height);
  readonly #backdropContext: SKRSContext2D = this.#backdrop.getContext('2d');
  readonly #context: SKRSContext2D = createCanvas(VIEWPORT.width, VIEWPORT.height).getContext('2d');

  /** Draws what stays the same in an episode: the ground. */
  setTerrain(terrain: readonly Point[]): void {
    const context = this.#backdropContext;
    context.fillStyle = COLOURS.ground;
    context.fillRect(0, 0, VIEWPORT.width, VIEWPORT.height);
    context.fillStyle = COLOURS.sky;
    trace(context, [{ x: 0, y: WORLD.height }, ...terrain, { x: WORLD.width, y: WORLD.height }]);
    context.fill();
  }

  /**
   * Draws into the given parts of the picture only; what lies outside of them is undefined afterwards. Every moving
   * object has to lie inside them, or its missing part is not drawn.
   */
  draw(objects: MovingObjects, parts: readonly PixelRectangle[]): void {
    const context = this.#context;
    for (const { left, top, right, bottom } of parts) {
      const [width, height] = [right - left, bottom - top];
      context.drawImage(this.#backdrop, left, top, width, height, left, top, width, height);
    }
    for (const particle of objects.particles) drawParticle(context, particle);
    for (const outline of objects.outlines) {
      trace(context, outline);
      context.fillStyle = COLOURS.body;
      context.fill();
      context.strokeStyle = COLOURS.edge;
      context.lineWidth = 1;
      context.stroke();
    }
    FLAG_RECTANGLES.forEach((rectangle, i) => {
      if (parts.some((part) => intersect(part, rectangle))) drawFlag(context, FLAGS_X[i]!);
    });
  }

  /** The pixels of a part of the picture, RGBA, row by row. */
  pixels({ left, top, right, bottom }: PixelRectangle): Uint8ClampedArray {
    return this.#context.getImageData(left, top, right - left, bottom - top).data;
  }
}

/** The whole picture. */
export const WHOLE_PICTURE: PixelRectangle = {
  left: 0,
  top: 0,
  right: VIEWPORT.width,
  bottom: VIEWPORT.height,
};

/** The parts of the picture that moving objects cover: one for hull and legs, one for each particle. */
export function coveredParts(objects: MovingObjects): PixelRectangle[] {
  const parts = [around(objects.outlines.flat(), 2)];
  for (const particle of objects.particles)
    parts.push(around([particle], 2 + PARTICLE_RADIUS * PIXELS_PER_METRE));
  return parts.filter((part) => part.left < part.right && part.top < part.bottom);
}

function around(points: readonly Point[], margin: number): PixelRectangle {
  const columns = points.map((point) => column(point.x));
  const rows = points.map((point) => row(point.y));
  return {
    left: Math.max(0, Math.floor(Math.min(...columns) - margin)),
    top: Math.max(0, Math.floor(Math.min(...rows) - margin)),
    right: Math.min(VIEWPORT.width, Math.ceil(Math.max(...columns) + margin)),
    bottom: Math.min(VIEWPORT.height, Math.ceil(Math.max(...rows) + margin)),
  };
}

function intersect(a: PixelRectangle, b: PixelRectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function column(x: number): number {
  return x * PIXELS_PER_METRE;
}

function row(y: number): number {
  return VIEWPORT.height - y * PIXELS_PER_METRE;
}

function trace(context: SKRSContext2D, points: readonly Point[]): void {
  context.beginPath();
  for (const point of points) context.lineTo(column(point.x), row(point.y));
  context.closePath();
}

/** A particle glows red at first and fades to dark grey. */
function drawParticle(context: SKRSContext2D, { x, y, life }: VisibleParticle): void {
  const red = Math.trunc(Math.max(0.2, 0.15 + life) * 255);
  const other = Math.trunc(Math.max(0.2, 0.5 * life) * 255);
  context.fillStyle = `rgb(${red}, ${other}, ${other})`;
  context.beginPath();
  context.arc(column(x), row(y), PARTICLE_RADIUS * PIXELS_PER_METRE, 0, 2 * Math.PI);
  context.fill();
}

function drawFlag(context: SKRSContext2D, x: number): void {
  const [left, foot] = [column(x), row(PAD_HEIGHT)];
  const top = foot - FLAG.pole;
  context.fillStyle = COLOURS.pole;
  context.fillRect(left, top, 1, FLAG.pole);
  context.fillStyle = COLOURS.flag;
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left, top + FLAG.height);
  context.lineTo(left + FLAG.length, top + FLAG.height / 2);
  context.closePath();
  context.fill();
}
