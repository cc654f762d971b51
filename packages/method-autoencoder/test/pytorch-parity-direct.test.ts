import { describeParity } from './pytorch-parity.ts';

describeParity('direct', 1e-4);
