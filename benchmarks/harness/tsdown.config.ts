import { packageBuild } from '../../tsdown.shared.ts';

// One file a module, as in `src`: the command and the processes it forks are found by their place beside their parents.
export default packageBuild({
  entry: [
    'src/index.ts',
    'src/cli.ts',
    'src/backends/probe-process.ts',
    'src/run/run-process.ts',
    'src/cost/cost-process.ts',
  ],
  unbundle: true,
});
