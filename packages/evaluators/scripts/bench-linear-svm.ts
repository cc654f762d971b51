import { parseArgs } from 'node:util';
import { Rng } from '@paretrain/core';
import { fitLinearSvm } from '../src/linear/linear-svm.ts';

/*
 * Seconds that the linear support vector machine takes, by the clock and of the processor, on made-up embeddings: classes
 * that overlap, correlated columns whose scales differ a thousandfold. Usage: npx tsx scripts/bench-linear-svm.ts [--loss hinge]
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '60000' },
    size: { type: 'string', default: '300' },
    classes: { type: 'string', default: '10' },
    loss: { type: 'string', default: 'squared-hinge' },
    standardise: { type: 'boolean', default: false },
    'max-iterations': { type: 'string', default: '1000' },
  },
});
const [count, size, classes] = [Number(values.rows), Number(values.size), Number(values.classes)];

const rng = Rng.stream(0, 'bench-linear-svm');
const factors = 40;
const centres = rng.normalArray(classes * factors, 0, 0.6);
const mixing = rng.normalArray(factors * size);
const scales = rng.uniformArray(size, -2, 1).map((power) => 10 ** power);
const offsets = rng.normalArray(size);
const labels = Float32Array.from({ length: count }, () => rng.integer(classes));
const inputs = new Float32Array(count * size);
for (let i = 0; i < count; i++) {
  const hidden = rng.normalArray(factors).map((value, f) => value + centres[labels[i]! * factors + f]!);
  for (let j = 0; j < size; j++) {
    let value = rng.normal() + offsets[j]!;
    for (let f = 0; f < factors; f++) value += hidden[f]! * mixing[f * size + j]!;
    inputs[i * size + j] = value * scales[j]!;
  }
}

const begin = performance.now();
const used = process.cpuUsage();
const model = await fitLinearSvm(
  { count, size, inputs, labels, classes },
  {
    c: 1,
    tolerance: 1e-4,
    maxIterations: Number(values['max-iterations']),
    loss: values.loss === 'hinge' ? 'hinge' : 'squared-hinge',
    standardise: values.standardise,
    onIteration: () => new Promise((resolve) => setTimeout(resolve, 0)),
  },
);
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(used);
const scores = model.scores(inputs, count);
let right = 0;
for (let i = 0; i < count; i++) {
  const row = scores.subarray(i * classes, (i + 1) * classes);
  if (row.indexOf(Math.max(...row)) === labels[i]) right++;
}
console.log(
  `${count} x ${size}, ${classes} classes, ${values.loss}: ${seconds.toFixed(1)} s, ` +
    `${((user + system) / 1e6).toFixed(1)} s of the processor; iterations ${model.iterations.join(' ')}; ` +
    `converged: ${model.converged}; ${((100 * right) / count).toFixed(2)} % of the training rows right`,
);
