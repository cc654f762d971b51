/** What one output of a convolution or pooling sees of its input, the same in both directions. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  /** Positions that are added on every side. */
  readonly padding: number;
  /** Whether windows that the input fills only in part count, as in Caffe's pooling. Default false. */
  readonly roundUp?: boolean;
}

/** The window of what works on every position by itself. */
export const POINT: Window = { size: 1, stride: 1, padding: 0 };

/** A stretch of positions along one side, from `begin` up to but without `end`. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Number of outputs along a side of so many inputs; less than 1 where no window fits. */
export function outputLength({ size, stride, padding, roundUp }: Window, length: number): number {
  const steps = (length + 2 * padding - size) / stride;
  return (roundUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
}

/** The outputs whose windows see one of these inputs. */
export function outputsThatSee(window: Window, inputs: Span, length: number): Span {
  const { size, stride, padding } = window;
  return {
    begin: Math.max(0, Math.ceil((inputs.begin + padding - size + 1) / stride)),
    end: Math.min(outputLength(window, length), Math.floor((inputs.end - 1 + padding) / stride) + 1),
  };
}

/** The inputs that these outputs see; it begins before 0 and ends beyond the last where they see the padding. */
export function inputsSeenBy({ size, stride, padding }: Window, outputs: Span): Span {
  return {
    begin: outputs.begin * stride - padding,
    end: (outputs.end - 1) * stride - padding + size,
  };
}
