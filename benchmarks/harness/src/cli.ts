import { ParetrainError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { defineCommand, renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty';
import { backendsCommand } from './commands/backends.ts';
import { benchCommand } from './commands/bench.ts';
import { costCommand } from './commands/cost.ts';
import { dataCommand } from './commands/data.ts';
import { newCommand } from './commands/new.ts';
import { reportCommand } from './commands/report.ts';
import { EXIT, exitWith } from './output/exit.ts';
import { checkFlags, resolveCommand } from './output/flags.ts';

// Without it tfjs advises to install tfjs-node at every start.
tf.enableProdMode();

const main = defineCommand({
  meta: {
    name: 'paretrain',
    description: 'Finds the Pareto front of image-encoder pretraining: embedding quality against the cost of an epoch',
  },
  subCommands: {
    bench: benchCommand,
    report: reportCommand,
    cost: costCommand,
    data: dataCommand,
    backends: backendsCommand,
    new: newCommand,
  },
});

const rawArgs = process.argv.slice(2);
try {
  const { command, parent, rest } = await resolveCommand(main as CommandDef<ArgsDef>, rawArgs);
  if (rest.includes('--help') || rest.includes('-h') || !command.run) {
    process.stdout.write(`${await renderUsage(command, parent)}\n`);
    process.exitCode = rest.includes('--help') || rest.includes('-h') ? EXIT.done : EXIT.usage;
  } else {
    await checkFlags(command, rest);
    await runCommand(command, { rawArgs: rest });
  }
} catch (error) {
  exitWith(error, rawArgs.includes('--json'));
}

export type { ParetrainError };
