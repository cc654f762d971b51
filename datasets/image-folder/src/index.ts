export { decodeImage } from './decode-image.ts';
export { imageFolder } from './image-folder.ts';
export { imageFiles } from './list-images.ts';
export { imageFolderOptions, type ImageFolderOptions } from './options.ts';
