/** A label to place beside a mark, in pixels of the plot (origin top left). */
export interface LabelRequest {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface PlacedLabel extends LabelRequest {
  readonly labelX: number;
  /** Vertical middle of the text. */
  readonly labelY: number;
  readonly align: 'left' | 'right' | 'center';
  /** Whether it lies so far off that a line has to lead to it. */
  readonly leader: boolean;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PlacementOptions {
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
  /** Distance from a mark's centre that its symbol takes. */
  readonly markRadius: number;
  /** Error bars and the like: better not covered. */
  readonly obstacles: readonly Box[];
}

/** Generous width of a text in a proportional font: browsers measure, Node cannot. */
export function textWidth(text: string, fontSize: number): number {
  let units = 0;
  for (const character of text) {
    if (/[iljtfI.,:;'|!() ]/.test(character)) units += 0.36;
    else if (/[MW@%mw]/.test(character)) units += 0.92;
    else if (/[A-Z]/.test(character)) units += 0.71;
    else if (character.charCodeAt(0) > 0x2e80) units += 1.05;
    else units += 0.6;
  }
  return units * fontSize;
}

interface Candidate {
  readonly labelX: number;
  readonly labelY: number;
  readonly align: PlacedLabel['align'];
  readonly distance: number;
}

const DIRECTIONS = [
  [1, 0],
  [1, -0.8],
  [1, 0.8],
  [-1, 0],
  [-1, -0.8],
  [-1, 0.8],
  [0, -1],
  [0, 1],
] as const;

function* candidates({ x, y }: LabelRequest, radius: number): Generator<Candidate> {
  for (const step of [6, 12, 20, 30, 44, 60, 80, 104]) {
    for (const [dx, dy] of DIRECTIONS) {
      const reach = radius + step;
      yield {
        labelX: x + dx * (dy === 0 ? reach : reach * 0.75),
        labelY: y + dy * (dx === 0 ? reach + 3 : reach * 0.95),
        align: dx > 0 ? 'left' : dx < 0 ? 'right' : 'center',
        distance: step,
      };
    }
  }
}

export function labelBox(
  label: Pick<PlacedLabel, 'text' | 'labelX' | 'labelY' | 'align'>,
  fontSize: number,
): Box {
  const width = textWidth(label.text, fontSize);
  const left =
    label.align === 'left'
      ? label.labelX
      : label.align === 'right'
        ? label.labelX - width
        : label.labelX - width / 2;
  return {
    left,
    right: left + width,
    top: label.labelY - fontSize * 0.6,
    bottom: label.labelY + fontSize * 0.6,
  };
}

/** Area that two boxes share. */
export function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/**
 * Puts each label where it covers no other label, no mark and as few obstacles as can be, near its mark. Greedy, those
 * with least room first, then improved in rounds; the same input always gives the same result.
 */
export function placeLabels(requests: readonly LabelRequest[], options: PlacementOptions): PlacedLabel[] {
  const { fontSize, markRadius: radius } = options;
  const marks = requests.map(({ x, y }) => grow({ left: x, right: x, top: y, bottom: y }, radius + 1));
  const crowding = (one: LabelRequest): number =>
    requests.reduce((sum, other) => sum + 1 / (1 + Math.hypot(one.x - other.x, one.y - other.y)), 0);
  const order = requests.map((_, index) => index);
  const crowds = requests.map(crowding);
  order.sort((a, b) => (crowds[b] ?? 0) - (crowds[a] ?? 0) || a - b);
  const placed: (PlacedLabel | undefined)[] = requests.map(() => undefined);
  for (let round = 0; round < 4; round += 1) {
    for (const index of order) {
      const request = requests[index];
      if (!request) continue;
      const others = placed.flatMap((label, other) =>
        label && other !== index ? [grow(labelBox(label, fontSize), 2)] : [],
      );
      placed[index] = best(request, [...candidates(request, radius)], others, marks, options);
    }
  }
  return placed.flatMap((label) => label ?? []);
}

function best(
  request: LabelRequest,
  places: readonly Candidate[],
  others: readonly Box[],
  marks: readonly Box[],
  options: PlacementOptions,
): PlacedLabel | undefined {
  let winner: PlacedLabel | undefined;
  let lowest = Infinity;
  for (const place of places) {
    const label = { ...request, ...place };
    const box = labelBox(label, options.fontSize);
    const outside =
      Math.max(0, -box.left) +
      Math.max(0, box.right - options.width) +
      Math.max(0, -box.top) +
      Math.max(0, box.bottom - options.height);
    const sum = (boxes: readonly Box[]): number =>
      boxes.reduce((area, other) => area + sharedArea(box, other), 0);
    const score =
      outside * 1000 + sum(others) * 100 + sum(marks) * 20 + sum(options.obstacles) * 2 + place.distance;
    if (score < lowest) {
      lowest = score;
      const { labelX, labelY, align } = place;
      winner = { ...request, labelX, labelY, align, leader: place.distance >= 20 };
    }
  }
  return winner;
}

function grow(box: Box, by: number): Box {
  return { left: box.left - by, right: box.right + by, top: box.top - by, bottom: box.bottom + by };
}
