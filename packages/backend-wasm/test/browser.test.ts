import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = path.dirname(fileURLToPath(import.meta.url));
const wasmFolder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')),
  'dist',
);

/** A user's whole program: tfjs, one import of this package, a convolutional model. */
const PROGRAM = `
  import * as tf from '@tensorflow/tfjs';
  import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
  import { kernelInfo } from '${path.join(here, '../src/index.ts')}';
  async function main() {
    setWasmPaths('/');
    await tf.setBackend('wasm');
    const model = tf.sequential({ layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 3], filters: 6, kernelSize: 3, strides: 2, activation: 'relu',
        kernelInitializer: tf.initializers.constant({ value: 0.05 }) }),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.constant({ value: 0.1 }) }),
    ] });
    model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
    const x = tf.tensor(Float32Array.from({ length: 4 * 192 }, (_, i) => Math.sin(i)), [4, 8, 8, 3]);
    const y = tf.tensor2d([[1], [0], [1], [0]]);
    const losses = [];
    for (let i = 0; i < 10; i++) losses.push(await model.trainOnBatch(x, y));
    document.body.textContent = 'RESULT' + JSON.stringify({ losses, backend: tf.getBackend(), info: kernelInfo() }) + 'END';
  }
  main().catch((error) => { document.body.textContent = 'RESULT' + JSON.stringify({ error: String(error) }) + 'END'; });
`;

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return process.env['CHROMIUM_PATH'] ?? candidates.find((file) => fs.existsSync(file));
}

const chromium = findChromium();
if (!chromium) console.warn('backend-wasm: no chromium found, the bundle is built but not run in a browser');

let bundle = '';
let server: Server | undefined;

describe('in a browser', () => {
  beforeAll(async () => {
    const result = await build({
      stdin: { contents: PROGRAM, resolveDir: here, loader: 'ts' },
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      minify: true,
      logLevel: 'silent',
      metafile: true,
    });
    expect(result.warnings).toEqual([]);
    bundle = result.outputFiles[0]!.text;
  });

  afterAll(() => {
    server?.close();
  });

  it('bundles for the browser without any Node module', () => {
    expect(bundle.length).toBeGreaterThan(100_000);
    expect(bundle).not.toMatch(/(require|import)\(["']node:/);
  });

  it.skipIf(!chromium)('trains in chromium', async () => {
    server = createServer((request, response) => {
      const name = path.basename(request.url ?? '/');
      if (name.endsWith('.wasm')) {
        response.setHeader('content-type', 'application/wasm');
        response.end(fs.readFileSync(path.join(wasmFolder, name)));
      } else if (name === 'bundle.js') {
        response.setHeader('content-type', 'text/javascript');
        response.end(bundle);
      } else {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><body><script src="/bundle.js"></script></body>');
      }
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'paretrain-chromium-'));
    const dom = await dumpDom(chromium!, url, profile);
    fs.rmSync(profile, { recursive: true, force: true });
    const found = /RESULT(.*)END/s.exec(dom);
    expect(found, dom.slice(0, 500)).not.toBeNull();
    const result = JSON.parse(found![1]!.replaceAll('&quot;', '"')) as {
      losses: number[];
      backend: string;
      error?: string;
      info: { simd: string };
    };
    expect(result.error).toBeUndefined();
    expect(result.backend).toBe('wasm');
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]!);
    expect(['relaxed', 'plain']).toContain(result.info.simd);
  });
});

/** The page's DOM once it has rested; asynchronous, since this process also serves the page. */
async function dumpDom(browser: string, url: string, profile: string): Promise<string> {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  const { stdout } = await promisify(execFile)(
    browser,
    [...flags, `--user-data-dir=${profile}`, '--virtual-time-budget=30000', '--dump-dom', url],
    { timeout: 50_000, maxBuffer: 64 << 20 },
  );
  return stdout;
}
