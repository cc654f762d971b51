import * as tf from '@tensorflow/tfjs';
import { build } from 'esbuild';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as playwright, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configureWasm, type Simd } from '../src/index.ts';
import type { PageResult } from './browser/page.ts';
import { trainAutoencoder } from './browser/train-autoencoder.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const wasmFolder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')),
  'dist',
);

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const candidates = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return process.env['CHROMIUM_PATH'] ?? candidates.find((file) => fs.existsSync(file));
}

const executablePath = findChromium();
if (!executablePath) {
  console.warn(
    'backend-wasm: no chromium found (apt install chromium, or set CHROMIUM_PATH): the bundle is built, not run',
  );
}

/** Serves the page, its bundle and tfjs's wasm files; under /isolated/ with the headers that make a page cross-origin isolated. */
function serve(bundle: string): Server {
  return createServer((request, response) => {
    const url = request.url ?? '/';
    const name = path.basename(url);
    if (url.startsWith('/isolated')) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
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
}

describe('in a browser', () => {
  let bundle = '';
  let server: Server | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    const result = await build({
      entryPoints: [path.join(here, 'browser/page.ts')],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      minify: true,
      logLevel: 'silent',
    });
    expect(result.warnings).toEqual([]);
    bundle = result.outputFiles[0]!.text;
    server = serve(bundle);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('bundles for the browser without any Node module', () => {
    expect(bundle.length).toBeGreaterThan(100_000);
    expect(bundle).not.toMatch(/(require|import)\(["']node:/);
  });

  it.skipIf(!executablePath)(
    'trains the autoencoder to the losses that Node gets, with and without cross-origin isolation',
    { timeout: 120_000 },
    async () => {
      browser = await playwright.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
      const address = `http://127.0.0.1:${(server!.address() as AddressInfo).port}`;
      const pages: PageResult[] = [];
      for (const where of ['/', '/isolated/']) {
        const page = await browser.newPage();
        await page.goto(address + where);
        pages.push(
          await page.evaluate(
            () => (globalThis as unknown as { paretrainResult: PageResult }).paretrainResult,
          ),
        );
        await page.close();
      }
      expect(pages.map(({ isolated }) => isolated)).toEqual([false, true]);
      expect(pages.map(({ backend }) => backend)).toEqual(['wasm', 'wasm']);
      configureWasm({ simd: pages[0]!.simd as Simd });
      await tf.setBackend('wasm');
      const inNode = await trainAutoencoder();
      expect(inNode.at(-1)).toBeLessThan(inNode[0]!);
      for (const { losses } of pages) {
        expect(losses).toHaveLength(inNode.length);
        losses.forEach((loss, i) => expect(Math.abs(loss / inNode[i]! - 1)).toBeLessThan(1e-4));
      }
    },
  );
});
