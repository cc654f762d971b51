import { idxDataset } from './idx-dataset.ts';

/** Fashion-MNIST: 28x28 grey images of clothes, in MNIST's format and numbers. */
export const fashionMnist = idxDataset({
  name: 'fashion-mnist',
  description: 'Fashion-MNIST: 28x28 grey images of ten kinds of clothes, from the official idx files',
  source: 'https://github.com/zalandoresearch/fashion-mnist',
  licence: 'MIT',
  citation:
    'Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms, 2017',
  classes: [
    'T-shirt/top',
    'trouser',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
  mirrors: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
  // Sizes as the mirror serves them (what torchvision's downloads print); checksums as the README of the source has them.
  files: [
    [26_421_880, '8d4fb7e6c68d591d4c3dfef9ec88bf0d'],
    [29_515, '25c81989df183df01b3e8a0aad5dffbe'],
    [4_422_102, 'bef4ecab320f06d8554ea6380940ec79'],
    [5_148, 'bb300cfdad3c16e7a12a480ee83cd310'],
  ],
});
