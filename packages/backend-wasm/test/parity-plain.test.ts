import { testBackendParity } from '@paretrain/testing';
import { wasm } from '../src/index.ts';

testBackendParity(wasm, { options: { simd: 'plain' } });
