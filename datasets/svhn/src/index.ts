export { SVHN_CLASSES, svhn, type SvhnOptions } from './svhn.ts';
export { readMatFile, type MatArray, type MatNumberType } from './mat-file.ts';
