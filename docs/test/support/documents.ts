import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A fenced block of a Markdown file. */
export interface Example {
  /** Path from the repository's root. */
  readonly document: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** Where the block says it belongs: ` ```json title="path" ` or a first line `// path`; null where it does not. */
  readonly path: string | null;
  readonly code: string;
}

/** Every README of the repository and every page of `docs/` but the decisions, which are about their time. */
export function documents(): string[] {
  return globSync(['README.md', '{packages,datasets,benchmarks}/*/README.md', 'docs/*.md'], {
    cwd: ROOT,
  }).sort();
}

export function read(document: string): string {
  return readFileSync(`${ROOT}${document}`, 'utf8');
}

/** Fenced blocks of some languages. */
export function examples(...languages: readonly string[]): Example[] {
  return documents().flatMap((document) =>
    [...read(document).matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)]
      .map(([, language = '', info = '', code = ''], i, all) => ({
        document,
        line: read(document).slice(0, all[i]!.index).split('\n').length,
        language,
        path: /title="([^"]+)"/.exec(info)?.[1] ?? /^\/\/ (\S+\/\S+\.\w+)\n/.exec(code)?.[1] ?? null,
        code,
      }))
      .filter(({ language }) => languages.includes(language)),
  );
}
