import { testManifest, testPlugin } from '@paretrain/testing';
import { describe } from 'vitest';
import * as exported from '../src/index.ts';

describe('cifar-10', () => testPlugin(exported.cifar10, 'dataset'));
testManifest(new URL('../package.json', import.meta.url), exported);
