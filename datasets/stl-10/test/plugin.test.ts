import { testManifest, testPlugin } from '@paretrain/testing';
import { describe } from 'vitest';
import * as exported from '../src/index.ts';

describe('stl-10', () => testPlugin(exported.stl10, 'dataset'));
testManifest(new URL('../package.json', import.meta.url), exported);
