export { hostId } from './cost/host.ts';
export { openRunData } from './data/open-run-data.ts';
export { resolveFolders } from './folders.ts';
export { scaffoldPlugin, type ScaffoldRequest } from './new/scaffold-plugin.ts';
export { newestOfEach } from './plan/stored-runs.ts';
export { discoverPluginPackages, type PluginPackage } from './registry/discover.ts';
export { PluginRegistry, type PluginTypes } from './registry/registry.ts';
export { type RunFolders } from './run/messages.ts';
