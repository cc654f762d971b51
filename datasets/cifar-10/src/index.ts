export { CIFAR_10_CLASSES, cifar10, type Cifar10Options } from './cifar-10.ts';
