/**
 * Dimensions of the LunarLander environment (gymnasium's `LunarLander-v3`, discrete, no wind; its physics equal v2's).
 * Physics runs in metres with y upwards; pictures are 600 x 400 pixels with y downwards; 30 pixels are a metre.
 */

/** Size of the picture before it is reduced, in pixels. */
export const VIEWPORT = { width: 600, height: 400 } as const;

/** Pixels per metre of the 600 x 400 picture. */
export const PIXELS_PER_METRE = 30;

/** Size of the world that the picture shows, in metres: 20 x 13 1/3. */
export const WORLD = {
  width: VIEWPORT.width / PIXELS_PER_METRE,
  height: VIEWPORT.height / PIXELS_PER_METRE,
} as const;

/** Number of heights that make a terrain, and of the terrain points they are smoothed into. */
export const TERRAIN_HEIGHTS = 12;
const TERRAIN_POINTS = TERRAIN_HEIGHTS - 1;

/** Height of the landing pad, in metres. */
export const PAD_HEIGHT = WORLD.height / 4;

/** Distance from the lander's origin down to the ends of its legs at rest, in metres. */
export const LEG_DROP = 18 / PIXELS_PER_METRE;

/** Horizontal positions of the two flags, in metres: the fifth and the seventh terrain point. */
export const FLAGS_X = [terrainX(4), terrainX(6)] as const;

/** A point or vector in metres. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

function terrainX(index: number): number {
  return (WORLD.width / (TERRAIN_POINTS - 1)) * index;
}

/**
 * The terrain line of an episode: five of the twelve heights are levelled into the landing pad, then every point becomes
 * 0.33 (not a third) of the sum of its own and its two neighbours' heights; the first point's left neighbour is the last height.
 * @param heights 12 numbers, metres, each 0 to 6 2/3 in generated episodes
 * @returns 11 points from the left to the right edge
 */
export function terrainLine(heights: readonly number[]): Point[] {
  const middle = Math.floor(TERRAIN_POINTS / 2);
  const levelled = heights.map((height, i) => (Math.abs(i - middle) <= 2 ? PAD_HEIGHT : height));
  return Array.from({ length: TERRAIN_POINTS }, (_, i) => {
    const left = levelled[(i + TERRAIN_HEIGHTS - 1) % TERRAIN_HEIGHTS]!;
    return { x: terrainX(i), y: 0.33 * (left + levelled[i]! + levelled[i + 1]!) };
  });
}

/**
 * Where the lander's origin lies in a square picture of `size` x `size` pixels made from the 600 x 400 one: x to the right,
 * y downwards, continuous coordinates in which (0, 0) is the top left corner of the top left pixel and (size, size) the
 * opposite corner. Both axes have size / 2 pixels for one unit of the environment's normalised state, so that distances
 * in pixels are size / 2 (32 at 64 x 64) times the distances of normalised positions, as paper 000 reports them.
 * @param x normalised horizontal position, -1 to 1 inside the picture
 * @param y normalised vertical position, 0 at rest on the pad
 */
export function positionInPixels(x: number, y: number, size: number): [number, number] {
  const metresX = (WORLD.width / 2) * (1 + x);
  const metresY = (WORLD.height / 2) * y + PAD_HEIGHT + LEG_DROP;
  return [(metresX / WORLD.width) * size, (1 - metresY / WORLD.height) * size];
}

/** The reference code's rule for frames with a position label: |x| <= 1 and -0.5 <= y <= 1.5, normalised. */
export function isOnScreen(x: number, y: number): boolean {
  return Math.abs(x) <= 1 && y >= -0.5 && y <= 1.5;
}
