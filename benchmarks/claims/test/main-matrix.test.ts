import type { RunResult } from '@paretrain/store';
import { describe, expect, it } from 'vitest';
import { mainMatrix } from '../src/index.ts';

interface Changes {
  readonly backend?: string;
  readonly epochs?: number;
  readonly network?: string | null;
  readonly dataset?: string;
  readonly rollouts?: number;
  readonly finishedAt?: string;
  readonly failed?: boolean;
}

/** What is read of a result, named by what was changed. */
function run(changes: Changes = {}): RunResult {
  const {
    backend = 'wasm',
    epochs = 4,
    network = 'paretrain',
    dataset = 'mnist',
    rollouts = 1,
    finishedAt = '2026-01-01',
    failed = false,
  } = changes;
  return {
    id: JSON.stringify(changes),
    backend: { name: backend },
    dataset: { name: dataset },
    settings: {
      training: { epochs },
      lossNetwork: network === null ? null : { name: network },
      dataset: { name: dataset, options: { rollouts } },
    },
    finishedAt,
    failure: failed ? {} : null,
  } as unknown as RunResult;
}

const kept = (...all: Changes[]) =>
  mainMatrix(all.map((changes) => run(changes))).map(({ id }) => JSON.parse(id) as Changes);

describe('mainMatrix', () => {
  it('keeps the backend, training settings and loss network of most runs', () => {
    expect(kept({}, {}, { backend: 'webgpu' })).toEqual([{}, {}]);
    expect(kept({ epochs: 9 }, {}, {})).toEqual([{}, {}]);
    expect(kept({}, {}, { network: 'caffenet' })).toEqual([{}, {}]);
  });

  it('keeps methods without a loss network beside those with one', () => {
    expect(kept({ network: null }, {}, { network: null })).toHaveLength(3);
  });

  it('keeps one state of each data set, whatever the others have', () => {
    const svhn = { dataset: 'svhn', rollouts: 3 };
    expect(kept({}, {}, { rollouts: 2 }, svhn)).toEqual([{}, {}, svhn]);
  });

  it('counts finished runs, and of equals takes the newest', () => {
    expect(kept({ epochs: 9, failed: true }, { epochs: 9, failed: true }, {})).toEqual([{}]);
    const newer = { epochs: 9, finishedAt: '2026-02-01' };
    expect(kept({}, newer)).toEqual([newer]);
  });

  it('gives nothing of nothing', () => {
    expect(mainMatrix([])).toEqual([]);
  });
});
