/**
 * Every error that Paretrain raises on purpose. The harness turns them into one clear line; anything else is a defect
 * and keeps its stack trace.
 */
export class ParetrainError extends Error {
  /** Stable, machine-readable kind of the error. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A value given by the user (option, flag, plugin definition) is not valid. */
export class ConfigurationError extends ParetrainError {
  constructor(message: string, options?: ErrorOptions) {
    super('configuration', message, options);
  }
}

/** A name that no plugin, suite or profile has; names the nearest one that exists. */
export class UnknownNameError extends ParetrainError {
  readonly received: string;
  readonly valid: readonly string[];

  constructor(kind: string, received: string, valid: readonly string[], nearest?: string) {
    const hint = nearest ? `; did you mean '${nearest}'?` : '';
    super('unknown-name', `unknown ${kind} '${received}'${hint} Valid: ${valid.join(', ') || 'none'}.`);
    this.received = received;
    this.valid = valid;
  }
}

/** Data on disk or in memory is missing, damaged, empty or of the wrong shape. */
export class DataError extends ParetrainError {
  constructor(message: string, options?: ErrorOptions) {
    super('data', message, options);
  }
}

/** A tensor or array has another shape than the one needed; prints both. */
export class ShapeError extends ParetrainError {
  constructor(what: string, received: readonly (number | null)[], expected: string) {
    super('shape', `${what}: received shape [${received.join(', ')}], expected ${expected}`);
  }
}

/** Training met a NaN or an infinity; says at which epoch, step and loss. */
export class NonFiniteError extends ParetrainError {
  constructor(message: string) {
    super('non-finite', message);
  }
}

/** What was asked for cannot be done here (missing device, library or kernel); says how to mend it. */
export class UnavailableError extends ParetrainError {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super('unavailable', `${message} Fix: ${fix}`);
    this.fix = fix;
  }
}

/** A step of an installation failed; says where its output is. The same command tries that step again. */
export class InstallationError extends ParetrainError {
  constructor(message: string, options?: ErrorOptions) {
    super('installation', message, options);
  }
}

/** The user or another part of the program asked to stop. */
export class AbortedError extends ParetrainError {
  constructor(message = 'stopped on request', options?: ErrorOptions) {
    super('aborted', message, options);
  }
}

/** Throws {@link AbortedError} when `signal` has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError();
}
