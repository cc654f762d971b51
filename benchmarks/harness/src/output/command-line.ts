/** Whether this program runs from its source, in a clone of its repository. */
const IN_CLONE = import.meta.url.endsWith('.ts');

/** A command of this program as users type it here: in a clone by the pnpm that `npx` brings, else by `npx` alone. */
export function commandLine(command: string, inClone = IN_CLONE): string {
  if (!inClone) return `npx paretrain ${command}`;
  return /^bench\b/.test(command) ? `npx pnpm@10 ${command}` : `npx pnpm@10 paretrain ${command}`;
}

/** A path as a word of a command line. */
export function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : JSON.stringify(path);
}
