import { parseArgs } from 'node:util';
import { ConfigurationError } from '@paretrain/core';
import { torchPython } from './measure/python-environment.ts';
import { environment, environmentText } from './output/environment.ts';
import { barText, markdownTable } from './output/markdown-table.ts';
import { tableJson, writeResults } from './output/write-results.ts';
import type { Row, Workbench } from './row.ts';
import { ROWS } from './rows.ts';
import { measureRows, type Clock } from './table.ts';

const HELP = `Times Paretrain against PyTorch and stock TensorFlow.js, and says which bars it reaches.

  node benchmarks/peers/table.mjs [options]

  --only ID,...       only these rows (--list names them)
  --rounds N          how often each row's sides take turns; default 12
  --clock wall|cpu    which times the verdicts go by; default wall. cpu leaves out what other programs on the machine took
  --python PATH       a Python that has torch (or PARETRAIN_TORCH_PYTHON); default: one is installed into the cache folder
  --out DIR           also writes peers.json, peers.md and peers.svg there
  --json              prints one JSON object instead of the table
  --list              prints the rows and their bars
  --help

Exit codes: 0 every bar is reached, 1 one is not, 2 bad usage.
`;

/** Programs besides ours from which on wall-clock times say little. */
const BUSY = 0.5;

/** Runs the command and gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parse(args);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.list) {
    const width = Math.max(...ROWS.map(({ id }) => id.length));
    for (const { id, title, bar } of ROWS) {
      process.stdout.write(`${id.padEnd(width)}  ${title}: ${barText(bar)}\n`);
    }
    return 0;
  }
  return measureTable(options);
}

async function measureTable({ rows, rounds, clock, python, out, json }: Options): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const where = environment(rounds, clock);
  if (where.load > BUSY && clock === 'wall') {
    say(
      `Other programs are running (load ${where.load}): wall-clock figures will say little, see --clock cpu.`,
    );
  }
  let torch: string | undefined;
  const workbench: Workbench = {
    rounds,
    python: () =>
      (torch ??= torchPython(python, (folder) =>
        say(
          `Installing PyTorch into ${folder} (once; some 5.5 GB on Linux, delete the folder when done) ...`,
        ),
      )),
  };
  const results = await measureRows(rows, workbench, {
    clock,
    onRow: ({ title }, i) => say(`${i + 1} of ${rows.length}: ${title}`),
  });
  if (out !== undefined) await writeResults(out, where, results);
  process.stdout.write(
    json ? tableJson(where, results) : `${environmentText(where)}\n\n${markdownTable(results)}`,
  );
  return results.every(({ verdict }) => verdict === 'goal' || verdict === 'held') ? 0 : 1;
}

interface Options {
  readonly rows: readonly Row[];
  readonly rounds: number;
  readonly clock: Clock;
  readonly python: string | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

/** @throws {ConfigurationError} on flags and values that do not exist */
function parse(args: readonly string[]): Options {
  const { only, rounds, clock, ...rest } = flags(args);
  if (!/^[1-9]\d*$/.test(rounds)) {
    throw new ConfigurationError(`--rounds: received '${rounds}', valid: an integer from 1`);
  }
  if (clock !== 'wall' && clock !== 'cpu') {
    throw new ConfigurationError(`--clock: received '${clock}', valid: wall, cpu`);
  }
  const ids = only?.split(',') ?? ROWS.map(({ id }) => id);
  const rows = ids.map((id) => {
    const row = ROWS.find((row) => row.id === id);
    if (row) return row;
    throw new ConfigurationError(`--only: received '${id}', valid: ${ROWS.map(({ id }) => id).join(', ')}`);
  });
  return { rows, rounds: Number(rounds), clock, python: rest.python, out: rest.out, ...rest };
}

function flags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        rounds: { type: 'string', default: '12' },
        clock: { type: 'string', default: 'wall' },
        python: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message} See --help.`, { cause: error });
  }
}
