import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { ROOT, documents, examples, read } from './support/documents.ts';

/*
 * Every command line that names pnpm or paretrain, in ```sh blocks and in inline code, must name a script, a command and
 * options that exist.
 */
interface PackageJson {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const manifest = (path: string): PackageJson =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as PackageJson;
const root = manifest('package.json');
const packages = new Map(
  globSync(['{packages,datasets,benchmarks}/*/package.json', 'docs/package.json'], { cwd: ROOT }).map(
    (path) => {
      const found = manifest(path);
      return [found.name, found] as const;
    },
  ),
);

/** pnpm's own commands that the documents use. */
const PNPM_COMMANDS = ['install', 'add', 'exec', 'pack'];

const lines = [
  ...examples('sh').flatMap(({ document, code }) =>
    code
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .map((text) => ({ document, text })),
  ),
  ...documents().flatMap((document) =>
    [...read(document).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, text]) => ({ document, text: text! })),
  ),
]
  .map(({ document, text }) => ({ document, text: text.replace(/(^|\s)#.*$/, '').trim() }))
  .filter(({ text }) => /^(npx (-y |--yes )?)?(pnpm(@\d+)?|paretrain) [\w-]/.test(text));

describe('every command line in the documents exists', { timeout: 120_000 }, () => {
  it('there are some', () => expect(lines.length).toBeGreaterThan(10));

  const unique = [...new Map(lines.map((line) => [`${line.document} ${line.text}`, line])).values()];
  it.each(unique)('$document: $text', async ({ text }) => {
    const words = text.split(/\s+/).filter((word) => !['npx', '-y', '--yes', '...'].includes(word));
    let scripts = root.scripts ?? {};
    if (words[0]!.startsWith('pnpm')) {
      words.shift();
      while (words[0]?.startsWith('-')) {
        const flag = words.shift()!;
        if (flag === '--filter') scripts = named(words.shift()!);
        else expect(['--silent', '-w'], `${text}: option of pnpm`).toContain(flag);
      }
      if (words[0] === 'run') words.shift();
      const script = words.shift()!;
      if (PNPM_COMMANDS.includes(script)) return;
      expect(Object.keys({ ...scripts, test: '' }), `${text}: script`).toContain(script);
      if (script === 'bench') words.unshift('bench');
      else if (script !== 'paretrain') return;
    } else {
      words.shift();
    }
    await expectCommand(words, text);
  });
});

function named(name: string): Readonly<Record<string, string>> {
  const found = packages.get(name);
  expect([...packages.keys()]).toContain(name);
  return found!.scripts ?? {};
}

const helps = new Map<string, Promise<string>>();
/** What `paretrain <command> --help` prints; run once a command. */
function help(command: string): Promise<string> {
  let pending = helps.get(command);
  if (!pending) {
    const args = [
      join(ROOT, 'benchmarks/harness/bin/paretrain.mjs'),
      ...command.split(' ').filter(Boolean),
      '--help',
    ];
    pending = execa('node', args, { env: { NO_COLOR: '1' } }).then(({ stdout }) => stdout);
    helps.set(command, pending);
  }
  return pending;
}

/** The command with its sub-commands, as far as the words before the first option name some. */
async function helpPath(words: readonly string[]): Promise<string> {
  const [first = '', ...rest] = words;
  let path = first;
  for (const word of rest) {
    if (!/^[a-z][\w-]*$/.test(word)) break;
    if (!new RegExp(`^\\s+${word}\\s`, 'm').test(await help(path))) break;
    path += ` ${word}`;
  }
  return path;
}

async function expectCommand(words: readonly string[], text: string): Promise<void> {
  const main = await help('');
  const [first = ''] = words;
  if (first === '') return;
  expect(main, `${text}: command`).toMatch(new RegExp(`^\\s+${first}\\s`, 'm'));
  const usage = await help(await helpPath(words));
  for (const word of words) {
    const [, flag] = /^\[?(--[\w-]+)/.exec(word) ?? [];
    if (flag && flag !== '--help') expect(usage, `${text}: option`).toContain(flag);
  }
}
