export { predictMean, type PredictMeanOptions } from './predict-mean.ts';
export { simpleCnn, type SimpleCnnOptions } from './simple-cnn.ts';
export { supervisedCnn, type SupervisedCnnOptions } from './supervised-cnn.ts';
