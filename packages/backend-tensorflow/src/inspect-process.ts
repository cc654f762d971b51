import * as tf from '@tensorflow/tfjs';
import { loadTfjsNode } from './load-tfjs-node.ts';

/** What this process prints, as one line of JSON: its parent's `Inspection`, or why there is none. */
export type InspectionMessage =
  { readonly version: string; readonly gpu: boolean } | { readonly error: string };

/**
 * The gradient of a convolution of ones, whose values can be counted: each weight of the 3x3 filter meets 4 of the 16
 * pixels in each of the 2x2 outputs' windows.
 * @throws where TensorFlow gives anything else
 */
function checkConvolution(): void {
  const gradient = tf.tidy(() => {
    const image = tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
    const loss = (filter: tf.Tensor) => tf.sum(tf.conv2d(image, filter as tf.Tensor4D, 1, 'valid'));
    return tf
      .grad(loss)(tf.ones([3, 3, 1, 1]))
      .dataSync();
  });
  if (gradient.length !== 9 || gradient.some((value) => Math.abs(value - 4) > 1e-5)) {
    throw new Error(`the gradient of a convolution is [${[...gradient].join(', ')}], expected nine times 4`);
  }
}

async function inspect(directory: string): Promise<InspectionMessage> {
  try {
    tf.enableProdMode();
    const loaded = loadTfjsNode(directory);
    await tf.setBackend('tensorflow');
    checkConvolution();
    return loaded;
  } catch (error) {
    return { error: (error as Error).message };
  }
}

process.stdout.write(`\n${JSON.stringify(await inspect(process.argv[2]!))}\n`);
