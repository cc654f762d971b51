import { createServer, request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface LocalProxy {
  readonly address: string;
  /** What it was asked for: hosts to connect to, or whole addresses. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A proxy for tunnels (CONNECT) and for plain requests. */
export async function localProxy(): Promise<LocalProxy> {
  const asked: string[] = [];
  const tunnels = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    asked.push(incoming.url!);
    incoming.pipe(
      request(incoming.url!, { method: incoming.method, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  server.on('connect', ({ url }, near: Socket) => {
    asked.push(url!);
    const [host, port] = url!.split(':') as [string, string];
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(near);
      near.pipe(far);
    });
    for (const socket of [near, far]) {
      tunnels.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  };
}
