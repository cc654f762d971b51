export { encoderModel, type EncoderInput, type EncoderModel } from './encoder-model.ts';
export { encoderFiles, type EncoderToExport } from './encoder-files.ts';
export { readEncoderFile, writeEncoderFile, type StoredEncoder } from './encoder-file.ts';
export { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
export { joinModels } from './join-models.ts';
export { loadModel, modelArtifacts, type ModelArtifacts, type WeightValues } from './model-artifacts.ts';
export { imagePreparer, preparation, type ImagePreparer, type Preparation } from './preparation.ts';
export { type UsedTransform } from './usage-module.ts';
export { type Embeddings } from './embeddings/embeddings.ts';
export {
  EMBEDDINGS_FORMATS,
  embeddingsFile,
  embeddingsFormat,
  type EmbeddingsFormat,
} from './embeddings/embeddings-format.ts';
