import { describeKernels } from './kernel-grid.ts';

describeKernels('plain');
