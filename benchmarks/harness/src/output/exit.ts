import { AbortedError, ParetrainError } from '@paretrain/core';

/** Exit codes of the command line. */
export const EXIT = {
  done: 0,
  /** Some runs failed, the others finished; or a defect of this program. */
  failed: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;

/** Disk and permission errors that are the user's to mend, not this program's. */
const SYSTEM_ERRORS = new Set(['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EPERM', 'ENOTDIR', 'EISDIR']);

/** Ends a command with one clear line; a stack trace only for defects. */
export function exitWith(error: unknown, json: boolean): void {
  const { code, message } = error as NodeJS.ErrnoException;
  const expected =
    error instanceof ParetrainError ||
    isUsageError(error) ||
    (typeof code === 'string' && SYSTEM_ERRORS.has(code));
  if (json) {
    const kind = error instanceof ParetrainError ? error.code : (code ?? 'defect');
    process.stdout.write(`${JSON.stringify({ ok: false, error: { code: kind, message } })}\n`);
  }
  process.stderr.write(
    expected ? `paretrain: ${message}\n` : `paretrain: ${(error as Error).stack ?? String(error)}\n`,
  );
  process.exitCode = error instanceof AbortedError ? EXIT.interrupted : expected ? EXIT.usage : EXIT.failed;
}

function isUsageError(error: unknown): boolean {
  return error instanceof Error && error.name === 'CLIError';
}
