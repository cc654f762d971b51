import { peakMemoryBytes } from '../../src/cost/peak-memory.ts';

process.stdout.write(
  JSON.stringify({ peak: peakMemoryBytes(), usage: process.resourceUsage().maxRSS * 1024 }),
);
