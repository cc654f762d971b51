import type { ParentMessage } from './fork.ts';

export interface ServeContext<Event> {
  readonly signal: AbortSignal;
  readonly emit: (event: Event) => void;
}

/**
 * The child's side of `forkModule`: answers requests until the parent closes the channel or dies. Ctrl-C in a terminal
 * reaches every process of the group; a child leaves it to the parent, which then asks for an orderly stop.
 */
export function serve<Request, Event, Response>(
  handle: (request: Request, context: ServeContext<Event>) => Promise<Response>,
): void {
  const controller = new AbortController();
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  const send = (message: object) => void process.send?.(message);
  process.on('message', (message: ParentMessage<Request>) => {
    if (message.type === 'abort') {
      controller.abort();
      return;
    }
    const { id, request } = message;
    const emit = (event: Event) => send({ type: 'event', id, event });
    handle(request, { signal: controller.signal, emit }).then(
      (response) => send({ type: 'response', id, response }),
      (error: Error) => send({ type: 'error', id, name: error.name, message: error.message }),
    );
  });
}
