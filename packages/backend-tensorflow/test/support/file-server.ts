import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  /** Beginning of every address, with the final slash. */
  readonly address: string;
  /** Ranges that were asked for, one an answered GET; null for a whole file. */
  readonly ranges: (string | null)[];
  /** Content by path, and another size that the server claims; may be changed. */
  readonly files: Map<string, { readonly content: Buffer; readonly tag: string; readonly size?: number }>;
  /** Bytes after which the next answers send no more. */
  readonly fallSilent: number[];
  close(): Promise<void>;
}

/** Serves files with ranges and validators, as storage services do. */
export async function serveFiles(): Promise<FileServer> {
  const files: FileServer['files'] = new Map();
  const ranges: FileServer['ranges'] = [];
  const fallSilent: number[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const file = files.get(request.url!);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const { content, tag, size = content.length } = file;
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-length': size, etag: tag }).end();
      return;
    }
    const range = request.headers.range ?? null;
    ranges.push(range);
    const from = range && request.headers['if-range'] === tag ? Number(/bytes=(\d+)-/.exec(range)![1]) : 0;
    if (from > content.length) {
      response.writeHead(416).end();
      return;
    }
    const rest = content.subarray(from);
    response.writeHead(from ? 206 : 200, {
      'content-length': rest.length,
      etag: tag,
      ...(from ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    const silent = fallSilent.shift();
    if (silent !== undefined) response.write(rest.subarray(0, silent));
    else response.end(rest);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    ranges,
    files,
    fallSilent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
