import { testBackend, testManifest } from '@paretrain/testing';
import * as exports from '../src/index.ts';

testManifest(new URL('../package.json', import.meta.url), exports);
testBackend(exports.webgpu);
