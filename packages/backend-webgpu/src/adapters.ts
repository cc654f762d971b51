import { UnavailableError } from '@paretrain/core';
import { DEVICE_KINDS, deviceKind, type DeviceKind } from './device-kind.ts';
import type { GpuSource } from './gpu.ts';

/** A device that could be used. */
export interface FoundAdapter {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly adapter: GPUAdapter;
  /** Kept beside the adapter: Dawn ends when nobody refers to it any more. */
  readonly gpu: GPU;
}

/** Every adapter that the platform shows, best first: discrete, integrated, software. */
export async function findAdapters(source: GpuSource): Promise<FoundAdapter[]> {
  const found = new Map<string, FoundAdapter>();
  const look = async (gpu: GPU, options: GPURequestAdapterOptions, name?: string): Promise<void> => {
    const adapter = await gpu.requestAdapter(options);
    if (!adapter) return;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const called = name ?? (description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU');
    if (found.has(called)) return;
    const kind = deviceKind({ name: `${called} ${architecture}`, vendor, isFallbackAdapter });
    found.set(called, { name: called, kind, adapter, gpu });
  };
  if (source.names && source.named) {
    for (const name of await source.names()) await look(source.named(name), {}, name);
  }
  if (found.size === 0) {
    await look(source.gpu, { powerPreference: 'high-performance' });
    await look(source.gpu, { powerPreference: 'low-power' });
    await look(source.gpu, { forceFallbackAdapter: true });
  }
  return [...found.values()].sort((a, b) => DEVICE_KINDS.indexOf(a.kind) - DEVICE_KINDS.indexOf(b.kind));
}

/**
 * The device that was asked for.
 *
 * @param adapters best first
 * @param device `auto`, a {@link DeviceKind}, or part of a name, in any case of letters
 * @throws {UnavailableError} naming what there is
 */
export function chooseAdapter(adapters: readonly FoundAdapter[], device: string): FoundAdapter {
  if (adapters.length === 0) throw new UnavailableError('WebGPU finds no device.', driverFix());
  const wanted = device.toLowerCase();
  const chosen = (DEVICE_KINDS as readonly string[]).includes(wanted)
    ? adapters.find(({ kind }) => kind === wanted)
    : adapters.find(({ name }) => wanted === 'auto' || name.toLowerCase().includes(wanted));
  if (chosen) return chosen;
  const there = adapters.map(({ name, kind }) => `'${name}' (${kind})`).join(', ');
  throw new UnavailableError(
    `no WebGPU device is '${device}'; there is ${there}.`,
    `choose one of these, or ${DEVICE_KINDS.join(', ')}, by PARETRAIN_WEBGPU_DEVICE or the option 'device'`,
  );
}

function driverFix(): string {
  const linux = globalThis.process?.platform === 'linux';
  if (!linux) return 'install the graphics driver of this machine, or use a browser with WebGPU switched on';
  return (
    'install the Vulkan driver of the GPU and the loader (Debian: apt-get install libvulkan1); without a GPU, ' +
    'apt-get install libvulkan1 chromium brings SwiftShader, a software device'
  );
}
