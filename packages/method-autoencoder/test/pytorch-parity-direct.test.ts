import { describeParity } from './pytorch-parity.ts';

describeParity('direct', { gradients: 1e-4, results: 1e-4 });
