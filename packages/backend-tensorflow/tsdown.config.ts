import { packageBuild } from '../../tsdown.shared.ts';

// The process that looks at TensorFlow is found by its place beside its parent.
export default packageBuild({ entry: ['src/index.ts', 'src/inspect-process.ts'] });
