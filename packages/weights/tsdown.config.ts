import { packageBuild } from '../../tsdown.shared.ts';

export default packageBuild({ entry: ['src/index.ts', 'src/node/index.ts'] });
