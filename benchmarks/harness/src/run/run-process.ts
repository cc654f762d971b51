import type { RunResult } from '@paretrain/store';
import { serve } from '../process/serve.ts';
import type { RunEvent, RunRequest } from './messages.ts';
import { work } from './worker.ts';

serve<RunRequest, RunEvent, RunResult>((request, { signal, emit }) =>
  work(request, {
    signal,
    onProgress: (progress) => emit({ progress }),
    onNotice: (notice) => emit({ notice }),
  }),
);
