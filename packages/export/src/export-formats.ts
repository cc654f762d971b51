/** Files that an encoder can be written as. */
export const EXPORT_FORMATS = ['tfjs', 'safetensors', 'onnx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
