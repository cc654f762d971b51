/**
 * Writes the AssemblyScript source of the Winograd transforms (see assembly/winograd.ts for the algorithm).
 *
 * The matrices come from Cook and Toom's construction: polynomials of degree m - 1 and r - 1 are multiplied by evaluating both at
 * n = m + r - 1 points, one of them infinity, and interpolating; transposing that gives the FIR filter F(m, r):
 *   y = A^T [(G g) * (B^T d)],  y: m outputs, g: r taps, d: n inputs.
 * Each is checked here on integers before anything is written.
 */

/**
 * Finite evaluation points by n, in pairs of opposite sign so that two rows share their even and odd halves. For n = 6 the usual 1 and 2
 * round twice as badly (root mean square 1.3e-6 against 6.1e-7 for F(4, 3) over 32 channels of uniform numbers). For n = 7, where 0, 1, -1, 2, -2
 * and 1/2 would round twice as badly, they are the flat middle of a search by a simulation that was not kept (root mean square 3.9e-7 of the
 * largest value for F(5, 3); 2.3e-7 for F(4, 3)); bench/convolution.ts prints the differences of layers. F(6, 2) was left
 * out: it rounds to 1.5e-5 and was hardly faster than F(3, 2) anywhere.
 */
const POINTS = {
  3: [1, -1],
  4: [0, 1, -1],
  6: [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2],
  7: [0.3, -0.3, 0.8, -0.8, 1.8, -1.8],
};

/** The filters in use: outputs m and taps r of a tile of n = m + r - 1 values a side. */
export const FILTERS = [
  { n: 3, m: 2, r: 2 },
  { n: 4, m: 2, r: 3 },
  { n: 4, m: 3, r: 2 },
  { n: 6, m: 4, r: 3 },
  { n: 6, m: 5, r: 2 },
  { n: 6, m: 2, r: 5 },
  { n: 7, m: 5, r: 3 },
  { n: 7, m: 3, r: 5 },
];

const range = (count) => Array.from({ length: count }, (_, i) => i);
const transposed = (matrix) => matrix[0].map((_, j) => matrix.map((row) => row[j]));

/** Coefficients, lowest first, of the product of (x - root) over `roots`. */
function polynomial(roots) {
  return roots.reduce((p, root) => [...p, 0].map((_, i) => (p[i - 1] ?? 0) - root * (p[i] ?? 0)), [1]);
}

/** Irrational points leave traces of rounding where a coefficient is zero or equal to another. */
const tidy = (matrix) =>
  matrix.map((row) => row.map((value) => (Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(14)))));

/** B^T (n x n), A^T (m x n) and G (n x r). */
export function cookToom({ n, m, r }) {
  const points = POINTS[n];
  const others = (j) => points.filter((_, i) => i !== j);
  const normaliser = (j) => others(j).reduce((product, point) => product * (points[j] - point), 1);
  const last = (length) => range(length).map((i) => (i === length - 1 ? 1 : 0));
  const inputs = tidy([...points.map((_, j) => [...polynomial(others(j)), 0]), polynomial(points)]);
  const outputs = tidy(range(m).map((i) => [...points.map((point) => point ** i), i === m - 1 ? 1 : 0]));
  const taps = tidy([...points.map((point, j) => range(r).map((i) => point ** i / normaliser(j))), last(r)]);
  check({ n, m, r }, inputs, outputs, taps);
  return { inputs, outputs, taps };
}

function check({ n, m, r }, inputs, outputs, taps) {
  const times = (matrix, x) => matrix.map((row) => row.reduce((sum, value, i) => sum + value * x[i], 0));
  const g = range(r).map((i) => ((i * 37 + 11) % 17) - 8);
  const d = range(n).map((i) => ((i * 53 + 7) % 23) - 11);
  const filter = times(taps, g);
  const received = times(
    outputs,
    times(inputs, d).map((value, i) => value * filter[i]),
  );
  received.forEach((value, i) => {
    const expected = g.reduce((sum, tap, k) => sum + tap * d[i + k], 0);
    if (Math.abs(value - expected) > 1e-9)
      throw new Error(`F(${m}, ${r}): output ${i} is ${value}, not ${expected}`);
  });
}

/** A literal of a 32-bit float. */
const literal = (value) => (Number.isInteger(value) ? `${value}.0` : `${value}`);

/** An expression for the sum of coefficient * vector; null where all coefficients are zero. */
function sum(terms) {
  let text = null;
  // Terms of coefficient 1 first: they need no multiplication.
  const ordered = [...terms].sort((a, b) => Number(b[0] === 1) - Number(a[0] === 1));
  for (const [coefficient, name] of ordered) {
    if (coefficient === 0) continue;
    if (text === null) {
      text = coefficient === 1 ? name : `f32x4.mul(f32x4.splat(${literal(coefficient)}), ${name})`;
    } else if (coefficient === 1) text = `f32x4.add(${text}, ${name})`;
    else if (coefficient === -1) text = `f32x4.sub(${text}, ${name})`;
    else text = `multiplyAdd(f32x4.splat(${literal(coefficient)}), ${name}, ${text})`;
  }
  return text;
}

/**
 * Statements for out = matrix * in, both lists of vectors. Two rows that agree in some columns and are opposite in the others are
 * computed as sum and difference of two halves.
 */
function linear(matrix, input, output, indent) {
  const lines = [];
  const done = new Set();
  matrix.forEach((row, i) => {
    if (done.has(i)) return;
    const opposite = matrix.findIndex(
      (other, k) =>
        k > i &&
        !done.has(k) &&
        row.every((value, j) => Math.abs(other[j]) === Math.abs(value)) &&
        row.some((value, j) => value !== 0 && other[j] === value) &&
        row.some((value, j) => value !== 0 && other[j] === -value),
    );
    const terms = row.map((value, j) => [value, input(j)]);
    if (opposite < 0) {
      lines.push(output(i, sum(terms)));
      return;
    }
    done.add(opposite);
    const half = (sign) => sum(terms.filter((_, j) => matrix[opposite][j] === sign * row[j]));
    lines.push(`let same${i} = ${half(1)};`, `let other${i} = ${half(-1)};`);
    lines.push(
      output(i, `f32x4.add(same${i}, other${i})`),
      output(opposite, `f32x4.sub(same${i}, other${i})`),
    );
  });
  return lines.map((line) => indent + line).join('\n');
}

/** Two passes: the matrix over the columns, into scratch, then over the rows. */
function body(matrix, load, store) {
  const [rows, columns] = [matrix.length, matrix[0].length];
  return `    for (let j = 0; j < ${columns}; j++) {
${range(columns)
  .map((i) => `      let x${i} = ${load(i)};`)
  .join('\n')}
      let out = scratch + (j << 4);
${linear(
  matrix,
  (i) => `x${i}`,
  (i, value) => `v128.store(out, ${value}, ${i * columns * 16});`,
  '      ',
)}
    }
    for (let i = 0; i < ${rows}; i++) {
      let row = scratch + i * ${columns * 16};
${range(columns)
  .map((j) => `      let x${j} = v128.load(row, ${j * 16});`)
  .join('\n')}
${store}
${linear(
  matrix,
  (j) => `x${j}`,
  (j, value) => `let y${j} = ${value};`,
  '      ',
)}
`;
}

function gather(name, matrix) {
  const [rows, columns] = [matrix.length, matrix[0].length];
  return `/** T d T^T, T ${rows} x ${columns}: reads ${columns} x ${columns} pixels, \`channels\` from \`offset\` bytes on, at the addresses in \`table\`; writes ${rows} x ${rows} values \`stride\` bytes apart. */
export function ${name}(table: usize, offset: usize, channels: i32, to: usize, stride: usize, scratch: usize): void {
  for (let c = offset, end = offset + (channels << 2); c < end; c += 16) {
${body(
  matrix,
  (i) => `v128.load(<usize>load<u32>(table + (j << 2), ${i * columns * 4}) + c)`,
  `      let at = to + (c - offset) + <usize>(i * ${rows}) * stride;`,
)}${range(rows)
    .map((j) => `      v128.store(at, y${j});${j < rows - 1 ? '\n      at += stride;' : ''}`)
    .join('\n')}
    }
  }
}
`;
}

function scatter(name, matrix, add = false) {
  const [rows, columns] = [matrix.length, matrix[0].length];
  const stored = (j) => (add ? `f32x4.add(v128.load(at${j} + c), y${j})` : `y${j}`);
  return `/** T d T^T, T ${rows} x ${columns}: reads ${columns} x ${columns} values \`stride\` bytes apart, ${add ? 'adds them to' : 'writes'} ${rows} x ${rows} pixels at the addresses in \`table\` (0: none). */
export function ${name}(from: usize, stride: usize, channels: i32, table: usize, scratch: usize): void {
  for (let c: usize = 0, end: usize = channels << 2; c < end; c += 16) {
${body(
  matrix,
  (i) => `v128.load(from + c + <usize>(${i * columns} + j) * stride)`,
  `      let addresses = table + i * ${rows * 4};`,
)}${range(rows)
    .map(
      (j) => `      let at${j} = <usize>load<u32>(addresses, ${j * 4});
      if (at${j} != 0) v128.store(at${j} + c, ${stored(j)});`,
    )
    .join('\n')}
    }
  }
}
`;
}

function dispatch(name, parameters, cases) {
  const names = parameters.map(([parameter]) => parameter).join(', ');
  const lines = cases.map(
    ([condition, target]) => `  ${condition ? `if (${condition}) ` : ''}return ${target}(${names});`,
  );
  return `/** The transform for a tile of \`n\` values a side with \`m\` outputs. */
export function ${name}(n: i32, m: i32, ${parameters.map(([p, type]) => `${p}: ${type}`).join(', ')}): void {
${lines.join('\n')}
}
`;
}

/** The whole generated file. */
export function winogradTransformsSource() {
  const matrices = FILTERS.map((filter) => ({ ...filter, ...cookToom(filter) }));
  const sizes = [...new Set(FILTERS.map(({ n }) => n))];
  const gathered = [['table', 'usize'], ['offset', 'usize'], ['channels', 'i32'], ['to', 'usize'], ['stride', 'usize'], ['scratch', 'usize']]; // prettier-ignore
  const scattered = [['from', 'usize'], ['stride', 'usize'], ['channels', 'i32'], ['table', 'usize'], ['scratch', 'usize']]; // prettier-ignore
  const each = (suffix) => matrices.map(({ n, m }, i) => [i < matrices.length - 1 ? `n == ${n} && m == ${m}` : '', `${suffix}${n}x${m}`]); // prettier-ignore
  return [
    `// Generated by scripts/winograd-transforms.mjs: do not edit.
import { multiplyAdd } from '../simd';
`,
    ...sizes.flatMap((n) => {
      const { inputs } = matrices.find((filter) => filter.n === n);
      return [gather(`transformInput${n}`, inputs), scatter(`collectInput${n}`, transposed(inputs), true)];
    }),
    ...matrices.flatMap(({ n, m, outputs, taps }) => [
      gather(`transformGradient${n}x${m}`, transposed(outputs)),
      gather(`transformFilter${n}x${m}`, taps),
      scatter(`collectOutput${n}x${m}`, outputs),
      scatter(`collectFilter${n}x${m}`, transposed(taps)),
    ]),
    dispatch('transformInput', gathered, sizes.map((n, i) => [i < sizes.length - 1 ? `n == ${n}` : '', `transformInput${n}`])), // prettier-ignore
    dispatch('collectInput', scattered, sizes.map((n, i) => [i < sizes.length - 1 ? `n == ${n}` : '', `collectInput${n}`])), // prettier-ignore
    dispatch('transformGradient', gathered, each('transformGradient')),
    dispatch('transformFilter', gathered, each('transformFilter')),
    dispatch('collectOutput', scattered, each('collectOutput')),
    dispatch('collectFilter', scattered, each('collectFilter')),
  ].join('\n');
}
