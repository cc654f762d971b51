export { pixelWise, type PixelWiseOptions } from './pixel-wise.ts';
