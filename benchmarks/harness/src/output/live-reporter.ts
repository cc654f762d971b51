import { Listr, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from 'listr2';
import type { ReadyRun } from '../run/messages.ts';
import { formatDuration } from './duration.ts';
import { Eta } from './eta.ts';
import { resultText, runTitle, type Reporter } from './reporter.ts';

type Wrapper = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** One live line of the display, driven from outside. */
class LiveTask {
  readonly ended: Promise<void>;
  #end!: (error?: Error) => void;
  #wrapper: Wrapper | null = null;

  constructor() {
    this.ended = new Promise((resolve, reject) => {
      this.#end = (error) => (error ? reject(error) : resolve());
    });
    // The display awaits it; a failure before it is shown is no unhandled rejection.
    this.ended.catch(() => undefined);
  }

  attach(wrapper: Wrapper): Promise<void> {
    this.#wrapper = wrapper;
    return this.ended;
  }

  show(text: string): void {
    if (this.#wrapper) this.#wrapper.output = text;
  }

  title(text: string): void {
    if (this.#wrapper) this.#wrapper.title = text;
  }

  end(error?: Error): void {
    this.#end(error);
  }
}

/** Live progress with a bar and the time left, for terminals. */
export function liveReporter(): Reporter {
  let display: Promise<unknown> = Promise.resolve();
  let phase: LiveTask | null = null;
  let overall: LiveTask | null = null;
  const shares = new Map<string, number>();
  const running = new Map<string, string>();
  let total = 0;
  let kept = 0;
  let eta = new Eta();

  const open = (title: string): LiveTask => {
    phase?.end();
    const task = new LiveTask();
    const list = new Listr([{ title, task: (_, wrapper) => task.attach(wrapper as Wrapper) }], {
      exitOnError: false,
      rendererOptions: { collapseErrors: false },
      registerSignalListeners: false,
    });
    display = display.then(() => list.run()).catch(() => undefined);
    phase = task;
    return task;
  };
  const refresh = () => {
    const done = [...shares.values()].reduce((sum, share) => sum + share, 0);
    const share = (done + kept) / Math.max(1, total);
    const left = eta.seconds(done / Math.max(1, total - kept));
    const time = left === null ? '' : `, about ${formatDuration(left)} left`;
    overall?.show(
      [`${bar(share)} ${Math.floor(done) + kept} of ${total} runs${time}`, ...running.values()].join('\n'),
    );
  };
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const forget = (run: ReadyRun) => {
    running.delete(run.id);
    refresh();
  };
  return {
    text: say,
    notice: (text) => say(`note: ${text}`),
    dataset(name, progress) {
      if (!progress) return void open(`data set ${name}`);
      const share = progress.done / Math.max(1, progress.total);
      phase?.show(`${bar(share)} ${progress.phase} ${progress.done} of ${progress.total} ${progress.unit}`);
    },
    runs(runs) {
      total = runs.length;
      eta = new Eta();
      overall = open(`${total} runs`);
    },
    started(run) {
      running.set(run.id, `  ${runTitle(run)}`);
      refresh();
    },
    progress(run, progress) {
      shares.set(run.id, progress.share);
      running.set(run.id, `  ${bar(progress.share)} ${runTitle(run)}: ${progress.text}`);
      refresh();
    },
    finished(run, result, outcome) {
      if (outcome === 'kept') kept += 1;
      else shares.set(run.id, 1);
      if (outcome === 'failed') overall?.title(`${total} runs; ${runTitle(run)} ${resultText(result)}`);
      forget(run);
    },
    cost(done, all, text) {
      if (overall || done === 0) open('cost of an epoch');
      overall = null;
      phase?.show(`${bar(done / Math.max(1, all))} ${text}`);
    },
    async close() {
      phase?.end();
      phase = null;
      await display;
    },
  };
}

function bar(share: number): string {
  const width = 24;
  const full = Math.round(width * Math.min(1, Math.max(0, share)));
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}
