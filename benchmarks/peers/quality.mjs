#!/usr/bin/env node
/*
 * Trains the autoencoders of stored runs again in PyTorch and compares what a probe makes of both: `node
 * benchmarks/peers/quality.mjs --help`. The command itself is src/quality/cli.ts, run from its TypeScript source.
 */
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./src/quality/cli.ts');
process.exitCode = await main(process.argv.slice(2));
