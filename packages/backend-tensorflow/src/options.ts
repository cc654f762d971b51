import { z } from 'zod';

/** Options of the backend. TensorFlow reads them when it starts: one set of options a process. */
export const tensorflowOptions = z.strictObject({
  /** `auto` takes a CUDA device where TensorFlow finds one; `gpu` insists on it. */
  device: z.enum(['auto', 'gpu', 'cpu']).default('auto'),
  /** Threads that an operation may use on the processor. Default: all that this process may use. */
  threads: z.int().min(1).max(1024).optional(),
});

export type TensorflowOptions = z.infer<typeof tensorflowOptions>;
