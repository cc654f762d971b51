export { expectAllclose, relativeError } from './allclose.ts';
export { evaluatorContext, type SampleEvaluation } from './evaluator-context.ts';
export { expectGradient, type GradientCheck } from './gradients.ts';
export { expectNoLeaks } from './leaks.ts';
export {
  digest,
  digestDifference,
  digestError,
  expectDigest,
  expectParityLosses,
  formulaUniform,
} from './parity-digest.ts';
export { testManifest, testPlugin, type AnyPlugin } from './plugin.ts';
export {
  parityLossNetwork,
  runParitySteps,
  setFormulaWeights,
  type ParityInputs,
  type ParityTensors,
} from './pytorch-parity.ts';
export {
  SAMPLE_CLASSES,
  SAMPLE_POSITION,
  memorySource,
  sampleDescription,
  sampleImages,
  sampleSource,
} from './sample-data.ts';
export { sampleAugmentation } from './sample-augmentation.ts';
export { sampleLossNetwork, sampleMethod } from './sample-models.ts';
export { testAugmentation, type AugmentationTest } from './test-augmentation.ts';
export { testObjective, type ObjectiveTest } from './test-objective.ts';
export { testBackend, type BackendTest } from './test-backend.ts';
export { testBackendParity, type BackendParityTest } from './test-backend-parity.ts';
export { type ParityRecord } from './backend-parity/parity-record.ts';
export { type ParityOutcome } from './backend-parity/run-case.ts';
export { testDataset, type DatasetTest } from './test-dataset.ts';
export { testEvaluator, type EvaluatorTest } from './test-evaluator.ts';
export { testLossNetwork, type LossNetworkTest } from './test-loss-network.ts';
export { testMethod, type MethodTest } from './test-method.ts';
export { testTransform, type TransformTest } from './test-transform.ts';
export { testSuite, type SuiteTest } from './test-suite.ts';
