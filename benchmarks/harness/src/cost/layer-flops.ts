import type * as tf from '@tensorflow/tfjs';

/** What one layer of a network computes for one image, forward. */
export interface LayerFlops {
  /** Its name in the network, or the kernel that ran where the network has no layers. */
  readonly layer: string;
  /** Class of the layer, such as Conv2D; the shape of the filter for a kernel. */
  readonly kind: string;
  /** Without the batch. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** Floating-point operations, 2 for a multiply-add; null for a layer that cannot be counted from its shapes. */
  readonly flops: number | null;
}

/** A network layer by layer. */
export interface NetworkFlops {
  readonly network: string;
  readonly layers: readonly LayerFlops[];
  /** Of one image, forward; null where a layer is not counted. */
  readonly flops: number | null;
}

type Shape = readonly (number | null)[];

/** A symbolic application of a layer; tfjs exports no type of it. */
interface Node {
  readonly inputShapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
}

const size = (shape: Shape): number => shape.reduce<number>((product, n) => product * (n ?? 1), 1);

/**
 * Forward operations of every layer for one image, worked out from shapes alone, by the same rule as the kernels'
 * (`kernelFlops`): 2 for every multiply-add of products and convolutions, taps on padding included, nothing else.
 */
export function networkFlops(network: string, model: tf.LayersModel): NetworkFlops {
  return withTotal(
    network,
    model.layers.map((layer): LayerFlops => {
      const nodes = layer.inboundNodes as unknown as readonly Node[];
      const [first] = nodes;
      return {
        layer: layer.name,
        kind: layer.getClassName(),
        outputShape: (first?.outputShapes[0]?.slice(1) ?? []).map((n) => n ?? 0),
        parameters: layer.weights.reduce((sum, weight) => sum + size(weight.shape), 0),
        flops: sumOrNull(nodes.map((node) => applicationFlops(layer, node))),
      };
    }),
  );
}

/** Adds a network's total. */
export function withTotal(network: string, layers: readonly LayerFlops[]): NetworkFlops {
  return { network, layers, flops: sumOrNull(layers.map(({ flops }) => flops)) };
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}

/** Every value of a kernel does one multiply-add at each position that its layer computes. */
function applicationFlops(layer: tf.layers.Layer, { inputShapes, outputShapes }: Node): number | null {
  const [input = [], output = []] = [inputShapes[0], outputShapes[0]];
  let flops = 0;
  for (const { originalName, shape } of layer.weights) {
    const name = originalName.split('/').at(-1)!;
    if (!name.toLowerCase().includes('kernel')) continue;
    // How often a recurrent layer runs is not in its shapes.
    if (name.includes('recurrent')) return null;
    flops += 2 * size(shape) * positions(layer, shape, input, output);
  }
  return flops;
}

function positions(layer: tf.layers.Layer, kernel: Shape, input: Shape, output: Shape): number {
  // A product: one position for each row of outputs.
  if (kernel.length === 2) return size(output.slice(1, -1));
  // A transposed convolution spreads every input position, a convolution gathers every output position.
  const grid = layer.getClassName().includes('Transpose') ? input : output;
  const channelsFirst = (layer as unknown as { dataFormat?: string }).dataFormat === 'channelsFirst';
  return size(channelsFirst ? grid.slice(2) : grid.slice(1, -1));
}
