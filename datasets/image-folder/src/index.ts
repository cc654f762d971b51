export { imageFolder } from './image-folder.ts';
export { imageFolderOptions, type ImageFolderOptions } from './options.ts';
