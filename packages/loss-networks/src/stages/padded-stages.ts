import * as tf from '@tensorflow/tfjs';
import { withBorder, type Stage } from './stage.ts';
import { runStages } from './stage-network.ts';
import { inputsSeenBy, outputsThatSee, type Span } from './window.ts';

/** Part of a map. */
interface Box {
  readonly rows: Span;
  readonly columns: Span;
}

/**
 * Runs stages on images with zeros around them, without computing what the zeros alone decide: at each stage only the
 * positions whose windows reach the image. The others are those of an image of zeros, computed once. The result is the
 * same as that of the whole computation; the gradient to the images too.
 */
export class PaddedStages {
  /** Sides of the padded image. */
  readonly side: number;
  readonly #stages: readonly Stage[];
  /** What lies before each stage and behind the last where there is no image, [1, rows, columns, channels] each. */
  readonly #background: readonly tf.Tensor4D[];

  /**
   * @param stages stay the caller's
   * @param side pixels, large enough for the stages
   * @param channels of the images
   */
  constructor(stages: readonly Stage[], side: number, channels: number) {
    this.side = side;
    this.#stages = stages;
    this.#background = tf.tidy(() => {
      const zeros = tf.zeros<tf.Rank.R4>([1, side, side, channels]);
      return [zeros, ...runStages(stages, zeros)];
    });
  }

  /**
   * The last stage's map of images in the middle of zeros, one more zero below and to the right where the rest is odd.
   * @param images [batch, height, width, channels], no side larger than `side`
   * @returns [batch, rows, columns, channels] as of [batch, side, side, channels]
   */
  run(images: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => {
      const [, height, width] = images.shape;
      let box: Box = { rows: this.#middle(height), columns: this.#middle(width) };
      let x = images;
      this.#stages.forEach((stage, i) => {
        ({ x, box } = this.#step(stage, this.#background[i]!, x, box));
      });
      const last = this.#background.at(-1)!;
      const whole = { rows: { begin: 0, end: last.shape[1] }, columns: { begin: 0, end: last.shape[2] } };
      return surround(x, box, last, whole);
    });
  }

  dispose(): void {
    tf.dispose([...this.#background]);
  }

  #middle(length: number): Span {
    const begin = Math.floor((this.side - length) / 2);
    return { begin, end: begin + length };
  }

  #step(stage: Stage, background: tf.Tensor4D, x: tf.Tensor4D, box: Box): { x: tf.Tensor4D; box: Box } {
    const [, height, width] = background.shape;
    const outputs = {
      rows: outputsThatSee(stage.window, box.rows, height),
      columns: outputsThatSee(stage.window, box.columns, width),
    };
    const [rows, columns] = [
      inputsSeenBy(stage.window, outputs.rows),
      inputsSeenBy(stage.window, outputs.columns),
    ];
    const inside = { rows: clip(rows, height), columns: clip(columns, width) };
    const margins = {
      top: inside.rows.begin - rows.begin,
      bottom: rows.end - inside.rows.end,
      left: inside.columns.begin - columns.begin,
      right: columns.end - inside.columns.end,
    };
    const seen = surround(x, box, background, inside);
    return { x: stage.apply(withBorder(seen, stage.border, margins)), box: outputs };
  }
}

/**
 * A part of a map of which `x` covers the positions of `box`, and the background the others.
 * @param background [1, rows, columns, channels], of the whole map
 */
function surround(x: tf.Tensor4D, box: Box, background: tf.Tensor4D, part: Box): tf.Tensor4D {
  // Strides may leave the last positions of the box unseen.
  const seen = { rows: intersect(box.rows, part.rows), columns: intersect(box.columns, part.columns) };
  const inside = crop(x, seen, box);
  const margins: [number, number][] = [
    [0, 0],
    [seen.rows.begin - part.rows.begin, part.rows.end - seen.rows.end],
    [seen.columns.begin - part.columns.begin, part.columns.end - seen.columns.end],
    [0, 0],
  ];
  if (margins.flat().every((margin) => margin === 0)) return inside;
  // The sum with a background that is zero where x lies is exact and one pass over the batch; joining pieces takes several.
  const hole = tf.pad(crop(background, seen), margins);
  return tf.add(tf.pad(inside, margins), tf.sub(crop(background, part), hole));
}

/** @param from what x covers, by default a whole map */
function crop(x: tf.Tensor4D, { rows, columns }: Box, from?: Box): tf.Tensor4D {
  const begin = [0, rows.begin - (from?.rows.begin ?? 0), columns.begin - (from?.columns.begin ?? 0), 0];
  const size = [x.shape[0], rows.end - rows.begin, columns.end - columns.begin, x.shape[3]];
  return size.every((length, axis) => length === x.shape[axis]) ? x : tf.slice(x, begin, size);
}

function clip({ begin, end }: Span, length: number): Span {
  return { begin: Math.max(0, begin), end: Math.min(length, end) };
}

function intersect(a: Span, b: Span): Span {
  return { begin: Math.max(a.begin, b.begin), end: Math.min(a.end, b.end) };
}
