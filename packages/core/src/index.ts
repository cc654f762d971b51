export {
  AbortedError,
  ConfigurationError,
  DataError,
  InstallationError,
  NonFiniteError,
  ParetrainError,
  ShapeError,
  UnavailableError,
  UnknownNameError,
  throwIfAborted,
} from './errors.ts';
export { nearestName } from './nearest-name.ts';
export {
  PLUGIN_KINDS,
  definePlugin,
  describeIssues,
  isPlugin,
  parseOptions,
  type PluginBase,
  type PluginChoice,
  type PluginDefinition,
  type PluginKind,
} from './plugin.ts';
export { Rng, RngStreams, hashName, type RngState } from './rng.ts';
export { checkIndices } from './check-indices.ts';
export { formatImageShape, imageSize, type ImageShape } from './image.ts';
export { interleavePlanes } from './interleave-planes.ts';
export { defineAugmentation, type Augmentation, type BuiltAugmentation } from './augmentation.ts';
export { defineBackend, type Backend } from './backend.ts';
export { type BackendAvailability } from './backend-availability.ts';
export type {
  BackendInstaller,
  InstallOptions,
  InstallationDownload,
  InstallationPlan,
  InstallationProgress,
  InstallationStep,
  Uninstalled,
} from './backend-installer.ts';
export {
  SPLITS,
  defineDataset,
  targetSize,
  type ClassTarget,
  type Dataset,
  type DatasetContext,
  type DatasetDescription,
  type DatasetProgress,
  type ImageBatch,
  type ImageSource,
  type PositionTarget,
  type PreparedDataset,
  type Split,
  type TargetDescription,
} from './dataset.ts';
export {
  TARGET_UNIT,
  defineEvaluator,
  type EmbeddingSet,
  type Evaluator,
  type EvaluatorContext,
  type EvaluatorResult,
} from './evaluator.ts';
export {
  isNeededWith,
  matchesChecksum,
  type Checksum,
  type DownloadFile,
  type NeededTensor,
} from './download.ts';
export {
  defineLossNetwork,
  hasSeenLabels,
  type LossNetwork,
  type LossNetworkContext,
  type LossNetworkPlugin,
  type LossNetworkTraining,
} from './loss-network.ts';
export {
  defineMethod,
  type BuiltMethod,
  type FitContext,
  type ImageConstant,
  type Method,
  type MethodContext,
  type TrainingBatch,
  type Update,
} from './method.ts';
export {
  defineObjective,
  type BuiltObjective,
  type LatentDistribution,
  type Objective,
  type ObjectiveInputs,
  type Prediction,
} from './objective.ts';
export {
  MissingEvidence,
  type AtLeast,
  type BySeed,
  type Claim,
  type ClaimRow,
  type Comparison,
  type Effect,
  type Evidence,
  type MeasuredValue,
  type SingleEffect,
} from './claim.ts';
export {
  PROFILES,
  bestOverEpochs,
  defineSuite,
  type CostChoice,
  type DatasetChoice,
  type Headline,
  type MethodChoice,
  type ProfileName,
  type PublishedTable,
  type Suite,
  type SuiteProfile,
} from './suite.ts';
export {
  adamSettings,
  optimizerSettings,
  sgdSettings,
  type AdamSettings,
  type OptimizerSettings,
  type SgdSettings,
} from './optimizers/settings.ts';
export { pickImages } from './pick-images.ts';
export { stratifiedOrder } from './stratify.ts';
export { parseSubset, subsetDataset, type Subset, type SubsetChoice } from './subset-dataset.ts';
export { defineTransform, type BuiltTransform, type Transform } from './transform.ts';
export { transformDataset, type TransformStep } from './transform-dataset.ts';
export { patienceOf, trainingSettings, type TrainingSettings } from './training/settings.ts';
export { createOptimizer } from './optimizers/create-optimizer.ts';
export { type Optimizer } from './optimizers/optimizer.ts';
export { adamUpdate, type AdamUpdate } from './fused/adam-update.ts';
export { batchNormRelu, type BatchNormRelu, type BatchNormReluOptions } from './fused/batch-norm-relu.ts';
export { biasActivation, type FusedActivation } from './fused/bias-activation.ts';
export { groupedConv2d, type GroupedPadding } from './fused/grouped-convolution.ts';
export { customGradient, type CustomGradient } from './fused/kernel.ts';
export { meanSquaredError, sigmoidMeanSquaredError } from './fused/mean-squared-error.ts';
export {
  movingStatistics,
  type ChannelStatistics,
  type MovingStatisticsOptions,
} from './fused/moving-statistics.ts';
export { cachedConstants, computedConstants, range, type ConstantProvider } from './training/constants.ts';
export { createTrainingBatch, disposeBatch, type TrainingBatchParts } from './training/training-batch.ts';
export { augmentImages, imagesToTensor, readImages, type ImageTensors } from './training/batches.ts';
export { type Checkpoint, type EpochRecord, type TrainingStore } from './training/checkpoint.ts';
export { createStepper, type Stepper } from './training/stepper.ts';
export { splitForValidation, train, type TrainOptions, type TrainOutcome } from './training/trainer.ts';
export { networkVariables, readWeights, trainableVariables, writeWeights } from './training/weights.ts';
export { yieldToEventLoop } from './training/yield.ts';
