import { UnavailableError } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { chooseAdapter, findAdapters, type FoundAdapter } from '../src/adapters.ts';
import { deviceKind } from '../src/device-kind.ts';

const found = (name: string, kind: FoundAdapter['kind']): FoundAdapter => ({
  name,
  kind,
  adapter: {} as GPUAdapter,
  gpu: {} as GPU,
});
const machine = [
  found('NVIDIA H100', 'discrete'),
  found('Intel UHD Graphics 770', 'integrated'),
  found('SwiftShader Device (Subzero)', 'software'),
];

describe('the kind of a device', () => {
  it.each([
    ['NVIDIA H100 80GB HBM3', 'nvidia', false, 'discrete'],
    ['NVIDIA GeForce RTX 4090', 'nvidia', false, 'discrete'],
    ['NVIDIA Tegra Orin', 'nvidia', false, 'integrated'],
    ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 'amd', false, 'discrete'],
    ['AMD Instinct MI300X', 'amd', false, 'discrete'],
    ['AMD Radeon Graphics (RADV PHOENIX)', 'amd', false, 'integrated'],
    ['Intel(R) UHD Graphics 770', 'intel', false, 'integrated'],
    ['Intel(R) Arc(TM) A770 Graphics', 'intel', false, 'discrete'],
    ['Intel(R) Arc(TM) Graphics (MTL)', 'intel', false, 'integrated'],
    ['Apple M3 Max', 'apple', false, 'integrated'],
    ['SwiftShader Device (Subzero)', 'google', false, 'software'],
    ['llvmpipe (LLVM 15.0.6, 256 bits)', 'mesa', false, 'software'],
    ['Microsoft Basic Render Driver', 'microsoft', true, 'software'],
    ['some GPU', '', false, 'integrated'],
  ] as const)('%s', (name, vendor, isFallbackAdapter, kind) => {
    expect(deviceKind({ name, vendor, isFallbackAdapter })).toBe(kind);
  });
});

describe('the device that is asked for', () => {
  it.each([
    ['auto', 'NVIDIA H100'],
    ['discrete', 'NVIDIA H100'],
    ['integrated', 'Intel UHD Graphics 770'],
    ['software', 'SwiftShader Device (Subzero)'],
    ['uhd', 'Intel UHD Graphics 770'],
  ])('%s', (device, name) => {
    expect(chooseAdapter(machine, device).name).toBe(name);
  });

  it('names what there is where it is missing', () => {
    const choose = () => chooseAdapter(machine.slice(1), 'discrete');
    expect(choose).toThrow(UnavailableError);
    expect(choose).toThrow(
      /is 'discrete'; there is 'Intel UHD Graphics 770' \(integrated\), 'Swift.*PARETRAIN_WEBGPU/,
    );
  });

  it('says which driver to install where there is none', () => {
    expect(() => chooseAdapter([], 'auto')).toThrow(/finds no device.*install/);
  });
});

describe('looking for devices', () => {
  const gpu = (name: string, vendor: string): GPU =>
    ({
      requestAdapter: () =>
        Promise.resolve({ info: { vendor, architecture: '', description: name, isFallbackAdapter: false } }),
    }) as unknown as GPU;

  it('asks for each by name where the platform lists them, and puts the best first', async () => {
    const vendors: Record<string, string> = { 'Intel UHD': 'intel', 'NVIDIA L4': 'nvidia' };
    const adapters = await findAdapters({
      gpu: gpu('unused', ''),
      named: (name) => gpu(name, vendors[name]!),
      names: () => Promise.resolve(Object.keys(vendors)),
      versions: {},
    });
    expect(adapters.map(({ name, kind }) => [name, kind])).toEqual([
      ['NVIDIA L4', 'discrete'],
      ['Intel UHD', 'integrated'],
    ]);
  });

  it('takes what a browser shows, each once', async () => {
    const source = { gpu: gpu('Apple M3', 'apple'), named: null, names: null, versions: {} };
    expect((await findAdapters(source)).map(({ name }) => name)).toEqual(['Apple M3']);
  });

  it('finds nothing where there is nothing', async () => {
    const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
    expect(await findAdapters({ gpu: none, named: null, names: null, versions: {} })).toEqual([]);
  });
});
