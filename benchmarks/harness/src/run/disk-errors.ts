/** System errors that say a disk takes no more: no fault of a run, and no use in trying the next one. */
const DISK_ERRORS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];

/** The code of a disk that takes no more; null for any other error. Works on errors of child processes too. */
export function diskErrorCode(error: Error): string | null {
  const { code, message } = error as NodeJS.ErrnoException;
  return DISK_ERRORS.find((known) => code === known || message.startsWith(`${known}:`)) ?? null;
}
