import { describeGroupedConvolutions } from './grouped-convolution-grid.ts';
import { describeKernels } from './kernel-grid.ts';
import { describeWinograd } from './winograd-grid.ts';

describeKernels('relaxed');
describeWinograd('relaxed');
describeGroupedConvolutions('relaxed');
