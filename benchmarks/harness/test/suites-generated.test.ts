import * as suites from '@paretrain/suites';
import { generatesItsData, testSmoke } from './support/smoke.ts';

testSmoke(Object.values(suites).filter(generatesItsData));
