import { EXIT } from './output/exit.ts';
import { paretrain } from './paretrain.ts';

// Who reads the output has seen enough of it, as in `paretrain bench --list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

await paretrain(process.argv.slice(2));
