import { encoderFiles } from '../../src/index.ts';
import { PREPARATION, tinyEncoder } from './tiny-encoder.ts';

/** The files of the tiny encoder for other libraries. */
export async function tinyFiles(): Promise<Record<string, Uint8Array | string>> {
  const model = tinyEncoder();
  try {
    return await encoderFiles(
      { model, preparation: PREPARATION, transforms: [], title: 'A tiny encoder', facts: { run: 'none' } },
      ['safetensors', 'onnx'],
    );
  } finally {
    model.dispose();
  }
}
