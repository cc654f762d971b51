#!/usr/bin/env node
/*
 * Prints how fast Paretrain is beside its rivals, with a bar for every figure: `node benchmarks/peers/table.mjs --help`.
 * The command itself is src/cli.ts, run from its TypeScript source.
 */
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./src/cli.ts');
process.exitCode = await main(process.argv.slice(2));
