import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where generated and downloaded files lie: the user's cache folder (XDG), or what PARETRAIN_CACHE_DIR says. */
export function cacheDirectory(): string {
  return resolve(process.env['PARETRAIN_CACHE_DIR'] ?? envPaths('paretrain', { suffix: '' }).cache);
}
