#!/usr/bin/env node
import { existsSync } from 'node:fs';

// citty colours its help even when it is piped.
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1';

const source = new URL('../src/cli.ts', import.meta.url);
if (existsSync(source)) {
  // In the monorepo the command runs from its TypeScript source.
  await import('./typescript.mjs');
  await import(source.href);
} else {
  await import(new URL('../dist/cli.js', import.meta.url).href);
}
