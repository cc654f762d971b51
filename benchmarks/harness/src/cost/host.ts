import { availableParallelism, cpus } from 'node:os';

/** Names this kind of machine and engine; costs of different hosts are never pooled. */
export function hostId(): string {
  const node = process.versions.node.split('.')[0];
  const parts = [
    cpus()[0]?.model ?? 'cpu',
    `${availableParallelism()}cores`,
    process.platform,
    process.arch,
    `node${node}`,
  ];
  return parts
    .join('-')
    .replace(/\(R\)|\(TM\)/gi, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}
