import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageFiles } from '../src/index.ts';
import { put } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'list-images-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('imageFiles', () => {
  it('finds every image in the order of the names, whatever the classes', () => {
    for (const file of [
      'b.JPG',
      'a/2.webp',
      'a/10.png',
      'a/deep/er/1.jpeg',
      'notes.txt',
      '.hidden/1.png',
      'a/.1.png',
    ]) {
      put(folder, file, Buffer.from('any'));
    }
    expect(imageFiles(folder)).toEqual(['a/10.png', 'a/2.webp', 'a/deep/er/1.jpeg', 'b.JPG']);
  });

  it('says what is missing', () => {
    expect(() => imageFiles(join(folder, 'none'))).toThrow(
      new DataError(`no folder '${join(folder, 'none')}'; valid: a folder of images`),
    );
    mkdirSync(join(folder, 'empty'));
    expect(() => imageFiles(folder)).toThrow(/received no images, valid: \.png/);
  });
});
