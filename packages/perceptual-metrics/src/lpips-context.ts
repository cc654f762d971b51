/** Networks whose features LPIPS has heads for, by the reference implementation's names. */
export type LpipsNet = 'alex' | 'squeeze' | 'vgg';

/** Where the weights of the trunk and the heads are looked for: `weights/` below these. */
export interface LpipsContext {
  /** Folder with users' own downloads. */
  readonly dataDirectory?: string;
  /** Folder in the cache; fetched files lie in `downloads` beside it. */
  readonly cacheDirectory?: string;
  readonly signal?: AbortSignal;
}
