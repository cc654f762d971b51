/**
 * Times one training step of Paretrain (WASM backend) and of PyTorch, alternating on the same core, one thread each.
 *
 *   node benchmarks/peers/compare-step.mjs [--methods I-I-PW,I-F-FP,I-I-PS] [--batch-size 32] [--rounds 12] [--steps 5]
 *                                          [--python PATH] [--json]
 *
 * Without --python (or PARETRAIN_TORCH_PYTHON) a throw-away environment with PyTorch from PyPI is made once in the system's cache folder.
 * Exit code 1 when the I-I-PW step takes more than 1.4 times PyTorch's.
 */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const FLOOR = 1.4;

const { values } = parseArgs({
  options: {
    methods: { type: 'string', default: 'I-I-PW,I-F-FP,I-I-PS' },
    'batch-size': { type: 'string', default: '32' },
    rounds: { type: 'string', default: '12' },
    steps: { type: 'string', default: '5' },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const steps = Number(values.steps);
const log = (text) => void (values.json ? process.stderr : process.stdout).write(`${text}\n`);

/** The Python of an environment that can import torch; made on first use. */
function torchPython() {
  const given = values.python ?? process.env['PARETRAIN_TORCH_PYTHON'];
  if (given) return given;
  const folder = path.join(
    process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
    'paretrain',
    'torch',
  );
  const python = path.join(folder, 'bin', 'python');
  const ready = path.join(folder, 'ready');
  if (!fs.existsSync(ready)) {
    log(`Installing PyTorch into ${folder} (once; several gigabytes, delete the folder when done) ...`);
    execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 2, 2] });
    const requirements = path.join(here, 'pytorch', 'requirements.txt');
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], {
      stdio: ['ignore', 2, 2],
    });
    fs.writeFileSync(ready, '');
  }
  return python;
}

/** Runs a command on one core where the system can pin it. */
function pinned(command) {
  if (process.platform !== 'linux') return command;
  // The last core: the first one serves most interrupts.
  return ['taskset', '-c', String(os.cpus().length - 1), ...command];
}

/** One side of the comparison: a process that answers a number of steps with their times. */
class Side {
  constructor(command) {
    const [program, ...args] = pinned(command);
    this.process = spawn(program, args, {
      cwd: here,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    });
    this.errors = '';
    this.process.stderr.on('data', (chunk) => (this.errors += chunk));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async run(count) {
    this.process.stdin.write(`${count}\n`);
    for (;;) {
      const { value, done } = await this.lines.next();
      if (done) throw new Error(`${this.process.spawnargs.join(' ')} ended early:\n${this.errors}`);
      if (value.startsWith('[')) return JSON.parse(value);
    }
  }

  stop() {
    this.process.stdin.end();
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Ratio of medians with a 95 % bootstrap interval over rounds; the generator is fixed, so the same times give the same interval. */
function ratio(ours, theirs) {
  let state = 1;
  const next = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const samples = Array.from({ length: 2000 }, () => {
    const picked = ours.map(() => next(ours.length));
    return median(picked.map((i) => ours[i])) / median(picked.map((i) => theirs[i]));
  }).sort((a, b) => a - b);
  return { value: median(ours) / median(theirs), interval95: [samples[50], samples[1949]] };
}

async function compare(method, python) {
  const batchSize = values['batch-size'];
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const ours = new Side([process.execPath, '--import', tsx, 'src/step-worker.ts', method, batchSize]);
  const theirs = new Side([python, 'pytorch/step.py', method, batchSize]);
  // Warm-up: WASM tiers up during the first steps, PyTorch picks its kernels.
  await ours.run(6);
  await theirs.run(3);
  const times = { ours: { wall: [], cpu: [] }, theirs: { wall: [], cpu: [] } };
  for (let round = 0; round < rounds; round++) {
    for (const [name, side] of [
      ['ours', ours],
      ['theirs', theirs],
    ]) {
      const measured = await side.run(steps);
      times[name].wall.push(median(measured.map(([wall]) => wall)));
      times[name].cpu.push(median(measured.map(([, cpu]) => cpu)));
    }
  }
  ours.stop();
  theirs.stop();
  const summary = (kind) => ({
    paretrain: median(times.ours[kind]),
    pytorch: median(times.theirs[kind]),
    ratio: ratio(times.ours[kind], times.theirs[kind]),
  });
  return { method, batchSize: Number(batchSize), rounds, steps, wall: summary('wall'), cpu: summary('cpu') };
}

const python = torchPython();
const results = [];
for (const method of values.methods.split(',')) {
  const result = await compare(method, python);
  results.push(result);
  const line = (kind, { paretrain, pytorch, ratio: r }) =>
    `${method.padEnd(7)} ${kind.padEnd(4)} paretrain ${paretrain.toFixed(1).padStart(6)} ms   pytorch ${pytorch.toFixed(1).padStart(6)} ms   ` +
    `ratio ${r.value.toFixed(3)} [${r.interval95.map((x) => x.toFixed(3)).join(', ')}]`;
  log(line('wall', result.wall));
  log(line('cpu', result.cpu));
}
if (values.json) process.stdout.write(`${JSON.stringify({ floor: FLOOR, steps: results })}\n`);
const main = results.find(({ method }) => method === 'I-I-PW');
// CPU time leaves out what other programs on the machine took; on an idle machine both agree.
if (main && Math.min(main.wall.ratio.value, main.cpu.ratio.value) > FLOOR) process.exitCode = 1;
