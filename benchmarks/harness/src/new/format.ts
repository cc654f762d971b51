import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Prettier {
  resolveConfig(file: string): Promise<object | null>;
  format(text: string, options: object): Promise<string>;
}

/**
 * Formats files as the workspace formats its own, since line breaks follow from the length of the plugin's name. Texts stay as
 * they are in a workspace without Prettier.
 * @param files texts by path below `directory`
 */
export async function formatFiles(
  root: string,
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const prettier = await findPrettier(root);
  if (!prettier) return { ...files };
  const formatted = Object.entries(files).map(async ([path, text]) => {
    const filepath = join(directory, path);
    const config = await prettier.resolveConfig(filepath);
    return [path, await prettier.format(text, { ...config, filepath })];
  });
  return Object.fromEntries(await Promise.all(formatted)) as Record<string, string>;
}

async function findPrettier(root: string): Promise<Prettier | null> {
  try {
    const path = createRequire(join(root, 'package.json')).resolve('prettier');
    const module = (await import(pathToFileURL(path).href)) as Prettier & { default?: Prettier };
    return module.default ?? module;
  } catch {
    return null;
  }
}
