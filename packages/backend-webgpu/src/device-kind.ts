/** What a device is, in order of preference. */
export const DEVICE_KINDS = ['discrete', 'integrated', 'software'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** The part of WebGPU's adapter information that tells one kind from another. */
export interface AdapterTraits {
  /** Such as `NVIDIA H100` or `SwiftShader Device (Subzero)`. */
  readonly name: string;
  /** Such as `nvidia`; may be empty. */
  readonly vendor: string;
  readonly isFallbackAdapter: boolean;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;
const INTEGRATED_NVIDIA = /tegra|orin|xavier/i;
const DISCRETE_AMD = /\bRX\b|\bPro\b|Instinct|\bMI\d|Radeon VII|FirePro/i;
const DISCRETE_INTEL = /Arc\b.*\b[AB]\d{2,3}|Data Center GPU|Flex|Max 1\d{3}/i;

/** WebGPU does not say whether a device is discrete; the names that makers give do. */
export function deviceKind({ name, vendor, isFallbackAdapter }: AdapterTraits): DeviceKind {
  const maker = `${vendor} ${name}`;
  if (isFallbackAdapter || SOFTWARE.test(maker)) return 'software';
  if (/nvidia|geforce|quadro|tesla/i.test(maker)) {
    return INTEGRATED_NVIDIA.test(name) ? 'integrated' : 'discrete';
  }
  if (/\bamd\b|radeon/i.test(maker)) return DISCRETE_AMD.test(name) ? 'discrete' : 'integrated';
  if (/intel/i.test(maker)) return DISCRETE_INTEL.test(name) ? 'discrete' : 'integrated';
  return 'integrated';
}
