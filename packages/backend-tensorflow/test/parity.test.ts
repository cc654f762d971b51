import { testBackend, testBackendParity } from '@paretrain/testing';
import { tensorflow } from '../src/index.ts';

testBackend(tensorflow);
testBackendParity(tensorflow);
