import { idxDataset } from './idx-dataset.ts';

/** MNIST: 28x28 grey images of handwritten digits, 60,000 to train and 10,000 to test. */
export const mnist = idxDataset({
  name: 'mnist',
  description: 'MNIST: 28x28 grey images of handwritten digits, from the official idx files',
  source: 'http://yann.lecun.com/exdb/mnist',
  licence: 'unstated by its authors',
  citation:
    'LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition, 1998',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  mirrors: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
  ],
  // Sizes as both mirrors serve them; checksums as torchvision 0.29 (datasets/mnist.py) has them.
  files: [
    [9_912_422, 'f68b3c2dcbeaaa9fbdd348bbdeb94873'],
    [28_881, 'd53e105ee54ea40749a09fcbcd1e9432'],
    [1_648_877, '9fb629c4189551a2d022fa330f9573f3'],
    [4_542, 'ec29112dd5afa0611ce80d1b7f02629c'],
  ],
});
