import { z } from 'zod';

/** What a user can choose when TensorFlow is installed: by default, the official download of tfjs-node. */
export const installRequest = z
  .strictObject({
    /** The build for CUDA devices. */
    gpu: z.boolean().default(false),
    /** A folder with `include` and `lib` of a libtensorflow. */
    library: z.string().min(1).optional(),
    /**
     * True: TensorFlow's Python package, fetched for this purpose. A path: a Python environment, its interpreter, or a
     * `.whl` file that has it.
     */
    wheel: z.union([z.boolean(), z.string().min(1)]).default(false),
  })
  .refine(({ library, wheel }) => library === undefined || wheel === false, {
    message: 'valid: one of library and wheel',
  });

export type InstallRequest = z.infer<typeof installRequest>;

/** Whether two requests ask for the same installation. */
export function sameRequest(a: InstallRequest, b: InstallRequest): boolean {
  return a.gpu === b.gpu && a.library === b.library && a.wheel === b.wheel;
}

/** "the official download for CUDA devices". */
export function describeRequest({ gpu, library, wheel }: InstallRequest): string {
  const source =
    library !== undefined
      ? `a binding to ${library}`
      : wheel === true
        ? 'a binding to the Python package of TensorFlow'
        : wheel !== false
          ? `a binding to ${wheel}`
          : 'the official download';
  return gpu ? `${source} for CUDA devices` : source;
}
