import * as tf from '@tensorflow/tfjs';
import { defineCommand, renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty';
import { EXIT, exitWith } from './output/exit.ts';
import { checkFlags, resolveCommand } from './output/flags.ts';
import { harnessVersion } from './version.ts';

// Without it tfjs advises to install tfjs-node at every start.
tf.enableProdMode();

const main = defineCommand({
  meta: {
    name: 'paretrain',
    description:
      'Finds the Pareto front of image-encoder pretraining: embedding quality against the cost of an epoch',
  },
  args: { version: { type: 'boolean', description: 'Print the version of @paretrain/harness' } },
  subCommands: {
    bench: () => import('./commands/bench.ts').then((module) => module.benchCommand),
    report: () => import('./commands/report.ts').then((module) => module.reportCommand),
    claims: () => import('./commands/claims.ts').then((module) => module.claimsCommand),
    export: () => import('./commands/export.ts').then((module) => module.exportCommand),
    embed: () => import('./commands/embed.ts').then((module) => module.embedCommand),
    cost: () => import('./commands/cost.ts').then((module) => module.costCommand),
    data: () => import('./commands/data.ts').then((module) => module.dataCommand),
    backends: () => import('./commands/backends.ts').then((module) => module.backendsCommand),
    plugins: () => import('./commands/plugins.ts').then((module) => module.pluginsCommand),
    new: () => import('./commands/new.ts').then((module) => module.newCommand),
  },
});

/** Does what a command line says; errors are printed. The exit code is left in `process.exitCode`. */
export async function paretrain(rawArgs: string[]): Promise<void> {
  try {
    if (rawArgs.join() === '--version') {
      process.stdout.write(`${await harnessVersion()}\n`);
      return;
    }
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
}
