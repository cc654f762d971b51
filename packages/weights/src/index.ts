export { readSafetensors, type SafetensorsFile, type WeightTensor } from './read-safetensors.ts';
export { SafetensorsError } from './safetensors-error.ts';
export { type SafetensorsDtype } from './safetensors-header.ts';
export { writeSafetensors, type TensorToWrite } from './write-safetensors.ts';
