/** What `paretrain backends` shows of a backend on this machine. */
export interface BackendAvailability {
  readonly available: boolean;
  /** The device behind it, such as a CPU or GPU name; null where there is none. */
  readonly device: string | null;
  /** True where a graphics device is imitated by the processor: correct, but far slower than the WASM backend. */
  readonly software: boolean;
  /** Versions of what it is made of, by package or library. */
  readonly versions: Readonly<Record<string, string>>;
  /** SIMD level in use, where it has one. */
  readonly simd: string | null;
  /** Threads of the processor that compute; null where a device of its own does, or where they are not known. */
  readonly threads: number | null;
  /** Why it cannot be used, and the command that mends it; null when it can. */
  readonly reason: string | null;
  readonly fix: string | null;
}
