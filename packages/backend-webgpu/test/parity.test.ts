import { testBackendParity } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { webgpu } from '../src/index.ts';

// tfjs computes small tensors that are not on the device yet on the processor; here the device's kernels are meant.
tf.env().set('WEBGPU_CPU_FORWARD', false);
testBackendParity(webgpu);
