/** A checksum as the publisher of a file gives it. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5';
  /** Hexadecimal, in lower case. */
  readonly value: string;
  /**
   * True where `value` is only the beginning of the digest, all that the publisher gives: PyTorch's models have the first
   * eight digits in their file names. The file's digest then has to begin with it.
   */
  readonly partial?: boolean;
}

/**
 * Whether a file's digest is the one that its publisher gives.
 * @param digest of the whole file, by the checksum's algorithm, hexadecimal in lower case
 */
export function matchesChecksum(digest: string, checksum: Checksum): boolean {
  return checksum.partial ? digest.startsWith(checksum.value) : digest === checksum.value;
}

/** A tensor that is read of a weight file, and what is known of it. */
export interface NeededTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of its values as little-endian float32, hexadecimal in lower case, where it is known. */
  readonly sha256?: string;
  /** Its first values, where only these are known; compared to 1e-4 of each. */
  readonly beginsWith?: readonly number[];
}

/** A file of an official download, under the data folder in its official layout. */
export interface DownloadFile {
  /** Path under the data folder, with '/' between folders, such as 'mnist/train-labels-idx1-ubyte.gz'. */
  readonly path: string;
  /** Another path under which the same content will do, such as that of the file inflated. */
  readonly otherPath?: string;
  /** Values of the plugin's options with which alone the file is read, such as `{ extra: true }`; left out: with any. */
  readonly onlyWith?: Readonly<Record<string, string | number | boolean>>;
  /** Where it can be had; tried in this order. */
  readonly urls: readonly [string, ...string[]];
  /** Size in bytes, as served. */
  readonly bytes: number;
  readonly checksum: Checksum;
  /**
   * The tensors that are read of a weight file, where they are a small part of it. From a server that allows ranges only these are
   * brought, to a safetensors file at `otherPath`. No checksum of the file covers a part of it: its size and what is known of each tensor
   * are checked instead.
   */
  readonly tensors?: readonly NeededTensor[];
  /** A `.tar.gz` archive whose members land in the data folder; it is not kept itself. Left out: the file is kept as it is. */
  readonly unpack?: {
    /** Members that are needed, as paths under the data folder; what shows that the archive was unpacked. */
    readonly members: readonly string[];
    /** Size of all that it unpacks to, in bytes, for the check of disk space. Left out: as large as the archive. */
    readonly bytes?: number;
  };
}

/**
 * Whether a file is read with these options.
 * @param options of the data set or loss network, defaults filled in
 */
export function isNeededWith({ onlyWith = {} }: DownloadFile, options: unknown): boolean {
  const given = new Map(Object.entries(options ?? {}));
  return Object.entries(onlyWith).every(([key, value]) => given.get(key) === value);
}
