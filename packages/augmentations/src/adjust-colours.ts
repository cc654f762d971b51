import { luma } from './grey-scale.ts';

/*
 * torchvision's adjustments of colour, on bytes and in place. Each cuts its results off to whole numbers, as torchvision does with
 * tensors of bytes (Pillow rounds otherwise). `channels` is 1 (grey) or 3.
 */

/**
 * `factor` of a value and the rest of another, within 0 to 255. In float32, as torchvision: where the exact result is a whole number, the
 * last bit decides whether it is cut off to the number below.
 */
function blend(value: number, other: number, factor: number): number {
  const { fround } = Math;
  const mixed = fround(fround(fround(factor) * value) + fround(fround(1 - factor) * other));
  return mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.floor(mixed);
}

/** {@link blend} of every value of the image with the same other one; each of the 256 values is computed once. */
function blendAll(image: Uint8Array, other: number, factor: number): void {
  const table = new Uint8Array(256);
  for (let value = 0; value < 256; value++) table[value] = blend(value, other, factor);
  for (let i = 0; i < image.length; i++) image[i] = table[image[i]!]!;
}

/** Multiplies every value; `factor` is at least 0: 0 gives black, 1 the image as it is. */
export function adjustBrightness(image: Uint8Array, factor: number): void {
  blendAll(image, 0, factor);
}

/** Moves every value from the mean brightness of the image; `factor` is at least 0: 0 gives one grey, 1 the image as it is. */
export function adjustContrast(image: Uint8Array, channels: number, factor: number): void {
  let sum = 0;
  for (let i = 0; i < image.length; i += channels) {
    sum += channels === 1 ? image[i]! : luma(image[i]!, image[i + 1]!, image[i + 2]!);
  }
  blendAll(image, Math.fround(sum / (image.length / channels)), factor);
}

/** Moves every pixel from its own brightness; `factor` is at least 0: 0 gives a grey image, 1 the image as it is. Grey images stay as they are. */
export function adjustSaturation(image: Uint8Array, channels: number, factor: number): void {
  if (channels === 1) return;
  for (let i = 0; i < image.length; i += 3) {
    const grey = luma(image[i]!, image[i + 1]!, image[i + 2]!);
    for (let channel = i; channel < i + 3; channel++) image[channel] = blend(image[channel]!, grey, factor);
  }
}

/** Turns the circle of hues (of HSV) by this share of it, -0.5 to 0.5; saturation and value stay. Grey images stay as they are. */
export function adjustHue(image: Uint8Array, channels: number, turn: number): void {
  if (channels === 1) return;
  for (let i = 0; i < image.length; i += 3) {
    const red = image[i]!;
    const green = image[i + 1]!;
    const blue = image[i + 2]!;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    if (chroma === 0) continue;
    // Sixths of the circle from red.
    const hue =
      value === red
        ? (green - blue) / chroma
        : value === green
          ? 2 + (blue - red) / chroma
          : 4 + (red - green) / chroma;
    const turned = hue + 6 * turn;
    image[i] = channelOfHue(turned + 5, value, chroma);
    image[i + 1] = channelOfHue(turned + 3, value, chroma);
    image[i + 2] = channelOfHue(turned + 1, value, chroma);
  }
}

/**
 * One channel of a colour: full in a third of the circle, empty in another, rising and falling in between.
 * @param position sixths of the circle from the beginning of the channel's fall
 */
function channelOfHue(position: number, value: number, chroma: number): number {
  // Not %, which calls fmod.
  const sixth = position - 6 * Math.floor(position / 6);
  const missing = Math.max(0, Math.min(sixth, 4 - sixth, 1));
  const level = value - chroma * missing;
  // From [0, 1] back to bytes, torchvision multiplies by 256 less a thousandth.
  return Math.floor(level * (255.999 / 255));
}
