/*
 * Writes docs/suites/<suite>.md from the suites and the stored runs: settings, results, published tables beside measured ones,
 * verdicts and pictures. Run it after new runs are stored.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suitePages } from './suite-page.ts';

const docs = dirname(dirname(fileURLToPath(import.meta.url)));

await mkdir(join(docs, 'suites'), { recursive: true });
for (const { path, text } of await suitePages(dirname(docs))) await writeFile(join(docs, path), text);
