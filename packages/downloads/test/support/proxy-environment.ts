import { vi } from 'vitest';

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;

/** Sets the proxies of this process, which may have some of its own; undone by `vi.unstubAllEnvs`. */
export function stubProxies(proxies: Partial<Record<(typeof NAMES)[number], string>> = {}): void {
  for (const name of NAMES) {
    vi.stubEnv(name, proxies[name]);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
}
