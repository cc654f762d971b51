import * as tf from '@tensorflow/tfjs';
import type { Window } from './window.ts';

/** One step of a network that works on maps: a convolution with its activation, a pooling, a change of every position. */
export interface Stage {
  /** Of its output, as options name it. */
  readonly name: string;
  readonly window: Window;
  /** What stands beyond the edges of its input. */
  readonly border: 'zeros' | 'mirror';
  /** Channels of its output. */
  readonly channels: number;
  /** Held by the stage; disposed with the network. */
  readonly weights: readonly tf.Tensor[];
  /**
   * @param x [batch, height, width, inputs], the padding already around it
   * @returns [batch, outputs' height, outputs' width, channels], a value for every window that lies in x
   */
  apply(x: tf.Tensor4D): tf.Tensor4D;
}

/** Number of positions to add on the sides of a map. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The map with positions around it: zeros, or its own mirrored at the edge, which itself is not repeated. */
export function withBorder(x: tf.Tensor4D, border: Stage['border'], margins: Margins): tf.Tensor4D {
  const { top, bottom, left, right } = margins;
  if (top + bottom + left + right === 0) return x;
  const paddings: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return border === 'zeros' ? tf.pad(x, paddings) : tf.mirrorPad(x, paddings, 'reflect');
}
