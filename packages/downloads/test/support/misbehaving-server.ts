import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request for a file, honestly or not. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, content: Buffer) => void;

export interface MisbehavingServer {
  /** Beginning of every address, with the final slash. */
  readonly address: string;
  /** Content by path. */
  readonly files: Map<string, Buffer>;
  /** How the next answers go, one each; afterwards, and where none is left, honestly. */
  readonly next: Behaviour[];
  /** Ranges that were asked for, one a GET; null for a whole file. */
  readonly ranges: (string | null)[];
  close(): Promise<void>;
}

const TAG = '"one"';

/** A server that is honest unless told otherwise. */
export async function misbehavingServer(): Promise<MisbehavingServer> {
  const files = new Map<string, Buffer>();
  const next: Behaviour[] = [];
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') ranges.push(request.headers.range ?? null);
    const content = files.get(new URL(request.url!, 'http://server').pathname);
    if (!content) response.writeHead(404).end();
    else (next.shift() ?? honest)(request, response, content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    files,
    next,
    ranges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves whole files and ranges with a validator, as storage services do. */
const honest: Behaviour = (request, response, content) => {
  const { from, rest } = begin(request, response, content);
  if (from > content.length) return;
  response.end(request.method === 'HEAD' ? undefined : rest);
};

/** Sends so many bytes, then breaks the connection as soon as the client has taken them. */
export function breaksOff(bytes: number, taken: () => boolean): Behaviour {
  return (request, response, content) => {
    response.write(begin(request, response, content).rest.subarray(0, bytes));
    const timer = setInterval(() => {
      if (!taken()) return;
      clearInterval(timer);
      response.destroy();
    }, 5);
    response.once('close', () => clearInterval(timer));
  };
}

/** Sends so many bytes, then nothing more; the connection stays. */
export function stalls(bytes: number): Behaviour {
  return (request, response, content) => {
    response.write(begin(request, response, content).rest.subarray(0, bytes));
  };
}

/** Accepts the request and never answers. */
export const silent: Behaviour = () => undefined;

export function status(code: number): Behaviour {
  return (_request, response) => response.writeHead(code).end('an error page');
}

export const wrongBytes: Behaviour = (request, response, content) =>
  honest(request, response, Buffer.from(content).fill(7));

/** Ignores ranges, and has no validators either. */
export const withoutRanges: Behaviour = (_request, response, content) =>
  void response.writeHead(200, { 'content-length': content.length }).end(content);

/** Says that it sends a range, and sends another one. */
export const anotherRange: Behaviour = (_request, response, content) =>
  void response
    .writeHead(206, { 'content-range': `bytes 5-${content.length - 1}/${content.length}`, etag: TAG })
    .end(content.subarray(5));

/** Says another size than the file has, and sends what it has. */
export function saysLength(bytes: number): Behaviour {
  return (_request, response, content) => {
    response.strictContentLength = false;
    response.writeHead(200, { 'content-length': bytes, etag: TAG });
    response.write(content);
    response.socket!.end();
  };
}

/** Does not say the size, and sends so many bytes more than the file has. */
export function sendsMore(bytes: number): Behaviour {
  return (_request, response, content) => {
    response.writeHead(200).end(Buffer.concat([content, Buffer.alloc(bytes)]));
  };
}

/** Calls the file compressed, as some servers do with every `.gz`. */
export const callsItEncoded: Behaviour = (_request, response, content) =>
  void response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': content.length }).end(content);

export function redirectsTo(address: string): Behaviour {
  return (_request, response) => response.writeHead(302, { location: address }).end();
}

function begin(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
): { readonly from: number; readonly rest: Buffer } {
  const { range, 'if-range': condition = TAG } = request.headers;
  const asked = condition === TAG ? /bytes=(\d+)-(\d*)/.exec(range ?? '') : null;
  const from = Number(asked?.[1] ?? 0);
  const end = asked?.[2] ? Math.min(Number(asked[2]) + 1, content.length) : content.length;
  const rest = content.subarray(from, end);
  if (from > content.length) response.writeHead(416).end();
  else {
    response.writeHead(asked ? 206 : 200, {
      'content-length': rest.length,
      etag: TAG,
      ...(asked ? { 'content-range': `bytes ${from}-${end - 1}/${content.length}` } : {}),
    });
  }
  return { from, rest };
}
