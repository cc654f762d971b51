import { serve } from '../process/serve.ts';
import type { RunAnswer, RunEvent, RunRequest } from './messages.ts';
import { work } from './worker.ts';

serve<RunRequest, RunEvent, RunAnswer>(async (request, { signal, emit }) => {
  const result = await work(request, {
    signal,
    onProgress: (progress) => emit({ progress }),
    onNotice: (notice) => emit({ notice }),
  });
  return { result, residentBytes: process.memoryUsage.rss() };
});
