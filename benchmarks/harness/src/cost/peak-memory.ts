import { readFileSync } from 'node:fs';

/**
 * Most bytes of memory this process has ever held. Linux starts `resourceUsage().maxRSS` of a new process at the peak
 * of the process that started it, so there the kernel's own high-water mark of this process is read.
 */
export function peakMemoryBytes(): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (match) return Number(match[1]) * 1024;
  } catch {
    // No /proc: not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
