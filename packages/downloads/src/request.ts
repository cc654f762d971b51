import type { Readable } from 'node:stream';

export interface Request {
  readonly method: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Longest time without a sign of the server, in milliseconds. */
  readonly silenceMs: number;
}

/** What a server answers; the body exactly as it was sent. */
export interface Answer {
  readonly status: number;
  /** A header's value, or null. */
  readonly header: (name: string) => string | null;
  readonly body: Readable;
}

const MOST_REDIRECTIONS = 5;

/**
 * Asks a server, follows where it sends on, and closes every connection when the answer has been used. Honours HTTPS_PROXY,
 * HTTP_PROXY and NO_PROXY, which Node's own `fetch` does not; nor would that leave a file alone that a server calls encoded.
 */
export async function withAnswer<T>(
  address: string,
  { method, headers = {}, signal, silenceMs }: Request,
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  // Loaded when something is downloaded, which most programs never do.
  const { EnvHttpProxyAgent, interceptors, request } = await import('undici');
  const agent = new EnvHttpProxyAgent({ headersTimeout: silenceMs, bodyTimeout: silenceMs });
  try {
    const answer = await request(address, {
      method,
      headers: { 'accept-encoding': 'identity', ...headers },
      dispatcher: agent.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTIONS })),
      ...(signal ? { signal } : {}),
    });
    return await use({
      status: answer.statusCode,
      header: (name) => [answer.headers[name]].flat()[0] ?? null,
      body: answer.body,
    });
  } finally {
    await agent.destroy();
  }
}

/** Why a request failed, for people; an error of many addresses gives the first one's reason. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length) return reasonOf(error.errors[0]);
  const { message, code, name } = error as NodeJS.ErrnoException;
  return message || code || name;
}
