import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WeightFileError, openPytorch } from '../src/index.ts';
import { fileSource, httpSource } from '../src/node/index.ts';

const path = new URL('fixtures/pytorch-zip.pth', import.meta.url);
const content = readFileSync(path);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let address: string;
let handler: Handler;
let served: number;

/** What a server that allows ranges does. */
const serveRange: Handler = (request, response) => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')!.map(Number);
  const part = content.subarray(first, last! + 1);
  served += part.length;
  response.writeHead(206, {
    'content-range': `bytes ${first}-${last}/${content.length}`,
    'content-length': part.length,
    etag: '"1"',
  });
  response.end(part);
};

beforeEach(async () => {
  process.env['NO_PROXY'] = '127.0.0.1';
  handler = serveRange;
  served = 0;
  server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/weights.pth`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('httpSource', () => {
  it('reads one tensor of a zip file without the rest', async () => {
    const source = await httpSource(address);
    const remote = await openPytorch(source);
    const file = await fileSource(path.pathname);
    const local = await openPytorch(file);
    expect(source.size).toBe(content.length);
    const directory = served;
    expect(await remote.read('views.slice')).toEqual(await local.read('views.slice'));
    expect(served - directory).toBe(30 + 4 * 18);
    expect(await source.read(5, 0)).toEqual(new Uint8Array(0));
    await Promise.all([source.close(), file.close()]);
  });

  it.each<[string, Handler, RegExp]>([
    [
      'a server without ranges',
      (_, response) => response.end(content),
      /does not allow ranges; download the whole/,
    ],
    ['a missing file', (_, response) => response.writeHead(404).end(), /: 404 Not Found/],
    ['a failing server', (_, response) => response.writeHead(500).end(), /: 500 Internal/],
    ['a broken connection', (request) => request.socket.destroy(), /weights\.pth: /],
  ])('refuses %s when it opens', async (_, answer, message) => {
    handler = answer;
    const open = httpSource(address);
    await expect(open).rejects.toThrow(WeightFileError);
    await expect(open).rejects.toThrow(message);
  });

  it('refuses an address that nobody answers', async () => {
    await expect(httpSource('http://127.0.0.1:1/weights.pth')).rejects.toThrow(WeightFileError);
  });

  const headers = (length: number) => ({
    'content-range': `bytes 0-99/${content.length}`,
    'content-length': length,
  });
  it.each<[string, Handler, RegExp]>([
    [
      'another file than before',
      (_, response) => response.end(content),
      /received 200 OK; the file has changed/,
    ],
    [
      'another range',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 1-100/200' }).end(),
      /asked for bytes 0 to 99 of 5960, received 206 bytes 1-100\/200/,
    ],
    [
      'less than it says',
      (_, response) => response.writeHead(206, headers(50)).end(content.subarray(0, 50)),
      /asked for 100 bytes, received 50/,
    ],
    [
      'more than was asked for',
      (_, response) => response.writeHead(206, headers(150)).end(content.subarray(0, 150)),
      /asked for 100 bytes, received more/,
    ],
    [
      'nothing more half way',
      (_, response) => void response.writeHead(206, headers(100)).write(content.subarray(0, 50)),
      /weights\.pth: /,
    ],
  ])('refuses %s', async (_, answer, message) => {
    const source = await httpSource(address, { silence: 300 });
    handler = answer;
    const read = source.read(0, 100);
    await expect(read).rejects.toThrow(WeightFileError);
    await expect(read).rejects.toThrow(message);
    server.closeAllConnections();
    await source.close();
  });
});
