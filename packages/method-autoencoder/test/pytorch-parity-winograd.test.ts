import { describeParity } from './pytorch-parity.ts';

describeParity('auto', 1e-2);
