export { fileSource, type FileSource } from './file-source.ts';
export { httpSource, type HttpSource, type HttpSourceOptions } from './http-source.ts';
export { HttpSourceError } from './http-source-error.ts';
