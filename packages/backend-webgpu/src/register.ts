import { defaultDevice } from './default-device.ts';
import { registerAdam } from './kernels/adam.ts';
import { registerEmptyTensors } from './kernels/empty-tensors.ts';
import { registerExponentials } from './kernels/exponentials.ts';
import { registerFilterGradient } from './kernels/filter-gradient.ts';
import { registerMaxPoolGradient } from './kernels/max-pool-gradient.ts';
import { lookForDevice, openDevice, registerBackend } from './start.ts';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';

// A second copy of this package in the same program must not wrap the first.
if (!tf.getKernel('ParetrainAdam', 'webgpu')) {
  registerAdam();
  registerExponentials();
  registerFilterGradient();
  registerMaxPoolGradient();
  registerEmptyTensors();
}
registerBackend(async () => openDevice((await lookForDevice(defaultDevice())).found));
