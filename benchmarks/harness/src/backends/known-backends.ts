/** A backend of this project, whether its package is installed or not. */
export interface KnownBackend {
  readonly name: string;
  readonly package: string;
  /** The command that makes it usable where its package is missing. */
  readonly install: string;
}

/** Every backend of this project; others come as plugins. */
export const KNOWN_BACKENDS: readonly KnownBackend[] = [
  known('wasm', 'npm install @paretrain/backend-wasm'),
  known('webgpu', 'npm install @paretrain/backend-webgpu webgpu'),
  known('tensorflow', 'npm install @paretrain/backend-tensorflow && paretrain backends install tensorflow'),
];

function known(name: string, install: string): KnownBackend {
  return { name, package: `@paretrain/backend-${name}`, install };
}
