export { lunarLander, framePath } from './lunar-lander.ts';
export { lunarLanderOptions, type LunarLanderOptions } from './options.ts';
export { replayEpisode, type RecordedEpisode } from './replay-episode.ts';
export { reducePicture, renderEpisode, type RenderedFrame } from './render-episode.ts';
export { STATE_FIELDS, ACTIONS } from './lander-world.ts';
export { isOnScreen, positionInPixels } from './geometry.ts';
export { RESAMPLING, type Resampling } from './bicubic.ts';
