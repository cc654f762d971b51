import { nearestName } from './nearest-name.ts';

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

/** A name that no plugin, suite or profile has; names one that it may have been meant to be. */
export class UnknownNameError extends ParetrainError {
  readonly received: string;
  readonly valid: readonly string[];

  constructor(
    kind: string,
    received: string,
    valid: readonly string[],
    nearest: string | undefined = nearestName(received, valid),
  ) {
    super('unknown-name', unknownNameText(kind, received, valid, nearest));
    this.received = received;
    this.valid = valid;
  }
}

/** "unknown option 'epoch'; did you mean 'epochs'? Valid: batchSize, epochs." */
export function unknownNameText(
  kind: string,
  received: string,
  valid: readonly string[],
  nearest = nearestName(received, valid),
): string {
  const hint = nearest === undefined ? '.' : `; did you mean '${nearest}'?`;
  return `unknown ${kind} '${received}'${hint} Valid: ${valid.join(', ') || 'none'}.`;
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
