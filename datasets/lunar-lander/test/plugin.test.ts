import { testManifest, testPlugin } from '@paretrain/testing';
import { describe } from 'vitest';
import * as exported from '../src/index.ts';

describe('lunar-lander', () => testPlugin(exported.lunarLander, 'dataset'));
testManifest(new URL('../package.json', import.meta.url), exported);
