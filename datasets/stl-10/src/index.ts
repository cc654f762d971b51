export { NO_CLASS, STL_10_CLASSES, stl10, type Stl10Options } from './stl-10.ts';
