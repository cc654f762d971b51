import { availableParallelism, cpus } from 'node:os';
import type { Environment } from '@paretrain/store';

/** Names this kind of machine and engine; costs of different hosts are never pooled. */
export function hostId(): string {
  return hostOf({
    cpu: cpus()[0]?.model ?? 'cpu',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  });
}

/** Names the kind of machine and engine that a stored result was made with. */
export function hostOf({
  cpu,
  cores,
  platform,
  node,
}: Pick<Environment, 'cpu' | 'cores' | 'platform' | 'node'>): string {
  return [cpu, `${cores}cores`, platform, `node${node.replace(/^v/, '').split('.')[0]}`]
    .join('-')
    .replace(/\(R\)|\(TM\)/gi, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}
