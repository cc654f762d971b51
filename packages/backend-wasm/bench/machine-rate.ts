/**
 * How near matrix products come to what the core can compute in vectors of 128 bits: the rate of multiplications and additions that wait for nothing (12
 * accumulators, no memory), fused and separate, beside our product and the stock one of @tensorflow/tfjs-backend-wasm. All four run in turns, call by
 * call, so that whatever else the machine does meets all of them; rates are the best of many short calls, by wall time.
 * Usage: npx tsx bench/machine-rate.ts, and with PARETRAIN_WASM_SIMD=plain, whose product multiplies and adds separately, as the stock one does.
 */
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import asc from 'assemblyscript/asc';
import { median, quantile } from 'simple-statistics';

const ROUNDS = 60;
const WARM_UP_ROUNDS = 5;
const SIZES = [
  [1024, 1024, 1024],
  [1026, 64, 512],
  [21_600, 64, 512],
] as const;

/** Independent sums: more than the latency of a multiplication and an addition on two ports takes. */
const ACCUMULATORS = 12;
/** Steps of one pass of the loop, which is then too large for V8 to unroll. */
const REPEATS = 4;
/** Calls are short, so that V8 compiles the loop for good between them. */
const STEPS_A_CALL = 10_000;
const FLOP_A_CALL = STEPS_A_CALL * ACCUMULATORS * 4 * 2;

type Peak = (steps: number) => number;

const each = (line: (i: number) => string) =>
  Array.from({ length: ACCUMULATORS }, (_, i) => line(i)).join('\n');

function peakSource(name: string, multiplyAdd: (sum: string) => string): string {
  return `export function ${name}(steps: i32): f32 {
  let factor = f32x4.splat(0.5);
  let term = f32x4.splat(1);
${each((i) => `  let c${i} = f32x4.splat(${i});`)}
  for (; steps > 0; steps -= ${REPEATS}) {
${`${each((i) => `    c${i} = ${multiplyAdd(`c${i}`)};`)}\n`.repeat(REPEATS)}
  }
${each((i) => (i === 0 ? '' : `  c0 = f32x4.add(c0, c${i});`))}
  return f32x4.extract_lane(c0, 0);
}
`;
}

/** The loops, compiled; `fused` is missing where the engine has no relaxed SIMD. */
async function peaks(): Promise<{ separate: Peak; fused?: Peak }> {
  const separate = await compile(
    peakSource('separate', (sum) => `f32x4.add(f32x4.mul(${sum}, factor), term)`),
    ['--enable', 'simd'],
  );
  try {
    const fused = await compile(
      peakSource('fused', (sum) => `f32x4.relaxed_madd(${sum}, factor, term)`),
      ['--enable', 'simd', '--enable', 'relaxed-simd'],
    );
    return { ...separate, ...fused } as { separate: Peak; fused: Peak };
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    return separate as { separate: Peak };
  }
}

async function compile(source: string, flags: string[]): Promise<WebAssembly.Exports> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ['peak.ts', '--outFile', 'peak.wasm', '-O3', '--noAssert', '--runtime', 'stub', ...flags],
    {
      readFile: (name) => (name === 'peak.ts' ? source : null),
      writeFile: (_name, contents) => void (binary = contents as Uint8Array),
    },
  );
  if (error || !binary) throw new Error(`the loop did not compile: ${error?.message}\n${stderr.toString()}`);
  const module = await WebAssembly.instantiate(binary as BufferSource, {});
  return module.instance.exports;
}

const stockProduct = tf.getKernel('BatchMatMul', 'wasm')!.kernelFunc;
const { kernelInfo } = await import('../src/index.ts');
await tf.setBackend('wasm');
await tf.ready();
// Node 20 compiles relaxed SIMD only after the backend has switched it on.
const { separate, fused } = await peaks();

const filled = (rows: number, columns: number) =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5),
    [rows, columns],
  );

console.log(JSON.stringify(kernelInfo()));
for (const [m, n, k] of SIZES) {
  const flop = 2 * m * n * k;
  const a = filled(m, k);
  const b = filled(k, n);
  const calls = Math.ceil(flop / FLOP_A_CALL);
  const repeat = (peak: Peak) => () => {
    for (let i = 0; i < calls; i++) peak(STEPS_A_CALL);
  };
  const sides: Record<string, () => void> = {
    ours: () => tf.matMul(a, b).dispose(),
    stock: () => {
      const attrs = { transposeA: false, transposeB: false };
      const result = stockProduct({ inputs: { a, b }, attrs, backend: tf.backend() } as never);
      tf.backend().disposeData((result as tf.TensorInfo).dataId);
    },
    separate: repeat(separate),
    ...(fused && { fused: repeat(fused) }),
  };
  const times = Object.fromEntries(Object.keys(sides).map((name) => [name, [] as number[]]));
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const [name, run] of Object.entries(sides)) {
      const start = performance.now();
      run();
      if (round >= WARM_UP_ROUNDS) times[name]!.push(performance.now() - start);
    }
  }
  const ratios = times['ours']!.map((own, i) => times['stock']![i]! / own);
  const flopOf = (name: string) => (name === 'ours' || name === 'stock' ? flop : calls * FLOP_A_CALL);
  const rates = Object.entries(times).map(
    ([name, list]) =>
      `${name} ${(flopOf(name) / Math.min(...list) / 1e6).toFixed(1)} (median ${(flopOf(name) / median(list) / 1e6).toFixed(1)})`,
  );
  const spread = [0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2)).join(' to ');
  console.log(
    `${m}x${n}x${k}: ${rates.join(', ')} GFLOP/s; ours / stock in a round ${median(ratios).toFixed(2)} (half of them ${spread})`,
  );
  tf.dispose([a, b]);
}
process.exit(0);
