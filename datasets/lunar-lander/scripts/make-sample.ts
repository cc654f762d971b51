/**
 * Makes the picture of the README: frames of one episode as the encoders see them, and again with their target marked.
 *
 *     npx tsx scripts/make-sample.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { Rng } from '@paretrain/core';
import { FrameRenderer } from '../src/frame-renderer.ts';
import { playRollout, target } from '../src/rollout.ts';

const STEPS = [5, 25, 45, 65, 85, 105];
const [SIZE, ZOOM, GAP] = [64, 2, 4];
const tile = SIZE * ZOOM;

const { terrain, instants } = playRollout(Rng.stream(3, 'sample'), 150);
const renderer = new FrameRenderer(SIZE);
renderer.setTerrain(terrain);
const canvas = createCanvas(STEPS.length * (tile + GAP) - GAP, 2 * tile + GAP);
const context = canvas.getContext('2d');
context.fillStyle = '#808080';
context.fillRect(0, 0, canvas.width, canvas.height);
context.imageSmoothingEnabled = false;

STEPS.forEach((step, i) => {
  const frame = new Uint8Array(SIZE * SIZE * 3);
  renderer.draw(instants[step]!.objects, frame);
  const small = createCanvas(SIZE, SIZE);
  const image = small.getContext('2d').createImageData(SIZE, SIZE);
  image.data.forEach(
    (_, at) => (image.data[at] = at % 4 === 3 ? 255 : frame[Math.floor(at / 4) * 3 + (at % 4)]!),
  );
  small.getContext('2d').putImageData(image, 0, 0);
  const left = i * (tile + GAP);
  for (const top of [0, tile + GAP]) context.drawImage(small, left, top, tile, tile);
  const [x, y] = target(instants[step]!, SIZE);
  context.save();
  context.beginPath();
  context.rect(left, tile + GAP, tile, tile);
  context.clip();
  context.strokeStyle = '#ff8c00';
  context.lineWidth = 2;
  context.beginPath();
  context.arc(left + x * ZOOM, tile + GAP + y * ZOOM, 12, 0, 2 * Math.PI);
  context.stroke();
  context.restore();
});

writeFileSync(join(import.meta.dirname, '..', 'sample.png'), canvas.toBuffer('image/png'));
