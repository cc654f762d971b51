import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { encoderFiles } from '../src/index.ts';
import { PREPARATION, tinyEncoder } from './support/tiny-encoder.ts';

describe('how an exported encoder is used', () => {
  it('imports and names the packages of the transforms, each once, with their options', async () => {
    await tf.setBackend('cpu');
    const model = tinyEncoder();
    const use = (name: string, options: Record<string, unknown>) => ({ name, version: '1.0.0', options });
    const files = await encoderFiles(
      {
        model,
        preparation: {
          ...PREPARATION,
          decoded: { height: 28, width: 28, channels: 1 },
          transforms: [use('pad', { by: 2 }), use('three-channels', {}), use('blur', { radius: 3 })],
        },
        transforms: [
          { package: '@paretrain/transforms', id: 'pad' },
          { package: '@paretrain/transforms', id: 'threeChannels' },
          { package: 'blur-transform', id: 'blur' },
        ],
        title: 'A tiny encoder',
        facts: {},
      },
      ['tfjs'],
    );
    model.dispose();
    expect(Object.keys(files).sort()).toEqual([
      'README.md',
      'embed.mjs',
      'tfjs/model.json',
      'tfjs/weights.bin',
    ]);
    const module = files['embed.mjs'] as string;
    for (const line of [
      "import { pad, threeChannels } from '@paretrain/transforms';",
      "import { blur } from 'blur-transform';",
      '  pad.build({"by":2}),\n  threeChannels.build({}),\n  blur.build({"radius":3}),\n',
      '"decoded":{"height":28,"width":28,"channels":1}',
    ]) {
      expect(module).toContain(line);
    }
    const readme = files['README.md'] as string;
    expect(readme).toContain(
      'npm install @paretrain/export @paretrain/transforms @tensorflow/tfjs blur-transform\n',
    );
    expect(readme).toMatch(
      /2\. its middle square, resized to 28x28.*\n3\. grey.*\n4\. `pad`.*\n5\. `three-channels`.*\n6\. `blur`/,
    );
    expect(readme).not.toMatch(/PyTorch|ONNX/);
  });
});
