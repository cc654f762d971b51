import type * as tf from '@tensorflow/tfjs';
import type { TrainingBackend } from './training-backend.ts';

/** tfjs's description of a compute shader. */
type Program = Parameters<TrainingBackend['runWebGPUProgram']>[0];

/** A uniform of a shader; tfjs packs them in the order of the declaration. */
export interface Uniform {
  readonly name: string;
  readonly type: 'i32' | 'f32' | 'vec2<i32>' | 'vec4<i32>';
  readonly values: readonly number[];
}

export interface Shader {
  /** Names the compiled shader: programs of one key have the same code. */
  readonly key: string;
  /** Arrays in the code, by name, in this order. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly uniforms: readonly Uniform[];
  readonly outputShape: readonly number[];
  readonly code: string;
}

const FLAT_WORKGROUP = 64;

/**
 * Runs a shader once for every element of its output, float32: its `code` has `index`, the inputs as arrays, `uniforms`,
 * and assigns `result[index]`.
 */
export function runElementwise(backend: TrainingBackend, shader: Shader): tf.TensorInfo {
  const size = shader.outputShape.reduce((product, side) => product * side, 1);
  return run(backend, shader, {
    size: true,
    workgroupSize: [FLAT_WORKGROUP, 1, 1],
    dispatch: [Math.ceil(size / FLAT_WORKGROUP), 1, 1],
    dispatchLayout: { x: shader.outputShape.map((_, axis) => axis) },
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          ${shader.code}
        }
      }`,
  });
}

/**
 * Runs a shader by workgroups: its `code` declares `fn main()`, which has `workgroupId` and `localId`.
 * @param dispatch workgroups along each axis
 */
export function runWorkgroups(
  backend: TrainingBackend,
  shader: Shader,
  workgroupSize: [number, number, number],
  dispatch: [number, number, number],
): tf.TensorInfo {
  return run(backend, shader, {
    workgroupSize,
    dispatch,
    // Of any rank but the output's: tfjs then derives no coordinates, which the code does not use.
    dispatchLayout: { x: [0], y: [0], z: [0] },
    getUserCode: () => shader.code,
  });
}

function run(
  backend: TrainingBackend,
  { key, inputs, uniforms, outputShape }: Shader,
  rest: Pick<Program, 'size' | 'workgroupSize' | 'dispatch' | 'dispatchLayout' | 'getUserCode'>,
): tf.TensorInfo {
  const program: Program = {
    variableNames: Object.keys(inputs),
    uniforms: uniforms.map(({ name, type }) => `${name} : ${type},`).join(' '),
    outputShape: [...outputShape],
    shaderKey: `paretrain_${key}`,
    ...rest,
  };
  return backend.runWebGPUProgram(
    program,
    Object.values(inputs),
    'float32',
    uniforms.map(({ type, values }) => ({ type: type === 'f32' ? 'float32' : 'int32', data: [...values] })),
  );
}
