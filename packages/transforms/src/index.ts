export { INTERPOLATIONS, axisWeights, type AxisWeights, type Interpolation } from './axis-weights.ts';
export { pad, type PadOptions } from './pad.ts';
export { resizeImage } from './resize-image.ts';
export { resize, type ResizeOptions } from './resize.ts';
export { threeChannels, type ThreeChannelsOptions } from './three-channels.ts';
export { tile, type TileOptions } from './tile.ts';
