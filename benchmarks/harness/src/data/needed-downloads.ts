import { isNeededWith, parseOptions, type DownloadFile, type PluginBase } from '@paretrain/core';

/** What has official files that are read. */
type Source = PluginBase & { readonly downloads?: readonly DownloadFile[] };

/**
 * The official files of a data set or loss network that are read with some of its options.
 * @param given as the user gave them; the others have their defaults
 * @throws {ConfigurationError} when they are not valid
 */
export function neededDownloads(
  source: Source,
  given: Readonly<Record<string, unknown>> = {},
): DownloadFile[] {
  const options = parseOptions(source, given);
  return (source.downloads ?? []).filter((file) => isNeededWith(file, options));
}
