import { describeParity } from './pytorch-parity.ts';

describeParity('auto', { gradients: 1e-2, results: 5e-2 });
