export { hostId } from './cost/host.ts';
export { scaffoldPlugin, type ScaffoldRequest } from './new/scaffold-plugin.ts';
export { discoverPluginPackages, type PluginPackage } from './registry/discover.ts';
export { PluginRegistry, type PluginTypes } from './registry/registry.ts';
