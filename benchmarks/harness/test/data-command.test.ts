import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSafetensors } from '@paretrain/weights';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSandbox, type Answer, type Sandbox } from './support/paretrain.ts';

const CORE = fileURLToPath(new URL('../../../packages/core/src/', import.meta.url));
const SHARED = process.env['PARETRAIN_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data');

/** Weights of a network, of which the first tensor is needed. */
const WEIGHTS = Buffer.from(
  writeSafetensors({
    needed: { shape: [3], data: Float32Array.of(1, 2, 3) },
    rest: { shape: [5000], data: new Float32Array(5000).fill(7) },
  }),
);

/** Twelve images of one pixel, which is also their class: 0 to 2. */
const CONTENT = Buffer.from([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0, 0]);

let workspace: string;
let cache: string;
let sandbox: Sandbox;
let server: Server;
let requests: string[];
/** Whether the server stops in the middle of its answers. */
let stalling: boolean;
/** Whether the server gives parts of the weights. */
let ranges: boolean;

beforeEach(async () => {
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  vi.stubEnv('PARETRAIN_DATA_DIR', undefined);
  requests = [];
  stalling = false;
  ranges = true;
  server = createServer((request, response) => {
    requests.push(request.url!);
    if (request.url === '/net.pth') {
      serveWeights(request.headers.range, response);
      return;
    }
    if (!['/dots.bin', '/more.bin'].includes(request.url!)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-length': CONTENT.length, etag: '"one"' });
    if (stalling) response.write(CONTENT.subarray(0, 5));
    else response.end(CONTENT);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  workspace = await mkdtemp(join(tmpdir(), 'paretrain-data-'));
  cache = join(workspace, 'cache');
  await writeWorkspace();
  sandbox = await makeSandbox(cache, workspace);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await close();
  await Promise.all([sandbox.remove(), rm(workspace, { recursive: true, force: true })]);
});

function serveWeights(range: string | undefined, response: ServerResponse): void {
  const asked = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
  if (!ranges || !asked) {
    response.writeHead(200, { 'content-length': WEIGHTS.length }).end(WEIGHTS);
    return;
  }
  const [first, last] = [Number(asked[1]), Number(asked[2])];
  const headers = { 'content-range': `bytes ${first}-${last}/${WEIGHTS.length}` };
  response.writeHead(206, headers).end(WEIGHTS.subarray(first, last + 1));
}

function close(): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

/**
 * A workspace with a data set `dots`, whose official file is at the server: its first mirror has lost it. An inflated
 * one will do, and another file is read with an option. And with a loss network `net`, which reads one tensor.
 */
async function writeWorkspace(): Promise<void> {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = join(workspace, 'plugins', 'dots');
  await mkdir(folder, { recursive: true });
  await writeFile(join(workspace, 'pnpm-workspace.yaml'), 'packages:\n  - plugins/*\n');
  await writeFile(join(workspace, 'package.json'), '{"name":"mine"}');
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'dots',
      version: '1.0.0',
      type: 'module',
      exports: './index.ts',
      paretrain: { dataset: ['dots'], 'loss-network': ['net'] },
    }),
  );
  const md5 = createHash('md5').update(CONTENT).digest('hex');
  await writeFile(
    join(folder, 'index.ts'),
    `import { readFile } from 'node:fs/promises';
     import { DataError, defineDataset, defineLossNetwork } from ${JSON.stringify(`${CORE}index.ts`)};
     import { findDataFile, missingData } from ${JSON.stringify(`${CORE}node/index.ts`)};
     const image = { height: 1, width: 1, channels: 1 };
     const description = { image, target: { kind: 'class', classes: ['red', 'green', 'blue'] } };
     export const dots = defineDataset({
       name: 'dots', version: '1.0.0', description: 'dots', licence: 'none', citation: 'none',
       options: { safeParse: (value) => ({ success: true, data: value }) },
       downloads: [{
         path: 'dots/dots.bin', urls: ['${address}/lost.bin', '${address}/dots.bin'], bytes: ${CONTENT.length},
         otherPath: 'dots/dots.txt', checksum: { algorithm: 'md5', value: '${md5}' },
       }, {
         path: 'dots/more.bin', urls: ['${address}/more.bin'], bytes: ${CONTENT.length},
         onlyWith: { more: true }, checksum: { algorithm: 'md5', value: '${md5}' },
       }],
       describe: () => description,
       async prepare(context) {
         const path = await findDataFile(context, 'dots/dots.bin');
         if (!path) throw missingData('dots', 'dots/dots.bin', context);
         const bytes = await readFile(path);
         if (bytes.some((byte) => byte > 2)) throw new DataError(\`dots: \${path}: is damaged\`);
         const count = bytes.length;
         return {
           description, checksum: 'c'.repeat(64), counts: { pretrain: count, train: count, test: count },
           open: async () => ({
             image, count, targetSize: 1, close: async () => undefined,
             read: async (indices) => ({
               images: Uint8Array.from(indices, (i) => bytes[i]), targets: Float32Array.from(indices, (i) => bytes[i]),
             }),
           }),
         };
       },
     });
     export const net = defineLossNetwork({
       name: 'net', version: '1.0.0', description: 'net', source: 'none',
       options: { safeParse: (value) => ({ success: true, data: value }) },
       card: { architecture: 'none', trainedOn: [], licence: 'none' },
       downloads: [{
         path: 'weights/net.pth', urls: ['${address}/net.pth'], bytes: ${WEIGHTS.length},
         otherPath: 'weights/net_part.safetensors', tensors: [{ name: 'needed', shape: [3], beginsWith: [1, 2] }],
         checksum: { algorithm: 'md5', value: '${createHash('md5').update(WEIGHTS).digest('hex')}' },
       }],
       async load(context) {
         const whole = await findDataFile(context, 'weights/net.pth');
         const path = whole ?? await findDataFile(context, 'weights/net_part.safetensors');
         if (!path) throw missingData('net', 'weights/net.pth', context);
         const { length } = await readFile(path);
         return { name: 'net', weightsChecksum: length.toString(16).padStart(64, '0'), dispose: () => undefined };
       },
     });`,
  );
}

function expectOneLine({ code, stderr }: Answer, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
}

describe('paretrain data', { timeout: 120_000 }, () => {
  it('lists, fetches from a mirror, and verifies what is on disk', async () => {
    const listed = async () => JSON.parse((await sandbox.runHere(['data', 'list', '--json'])).stdout);
    const dots = async () =>
      (await listed()).datasets.find(({ name }: { readonly name: string }) => name === 'dots');
    const { lossNetworks } = await listed();
    expect(lossNetworks.map(({ name }: { readonly name: string }) => name)).toContain('paretrain');
    expect(await dots()).toMatchObject({
      downloadBytes: CONTENT.length,
      files: [
        { path: 'dots/dots.bin', found: null },
        { path: 'dots/more.bin', found: null, onlyWith: { more: true } },
      ],
    });

    expectOneLine(
      await sandbox.runHere(['data', 'verify', 'dots']),
      /^paretrain: dots: no dots\/dots.bin in '.*downloads'; run paretrain data fetch dots, or .*--data-dir/,
    );
    expectOneLine(
      await sandbox.runHere(['data', 'verify']),
      /^paretrain: no data set in '.*downloads'; run paretrain/,
    );

    const fetched = await sandbox.runHere(['data', 'fetch', 'dots', '--json']);
    const directory = join(cache, 'downloads');
    expect(JSON.parse(fetched.stdout)).toEqual({
      ok: true,
      name: 'dots',
      version: '1.0.0',
      directory,
      files: [{ path: 'dots/dots.bin', bytes: CONTENT.length, outcome: 'fetched' }],
      checksum: 'c'.repeat(64),
      counts: { pretrain: 12, train: 12, test: 12 },
    });
    expect((await readFile(join(directory, 'dots', 'dots.bin'))).equals(CONTENT)).toBe(true);
    expect(requests).toEqual(['/lost.bin', '/dots.bin']);
    const again = await sandbox.runHere(['data', 'fetch', 'dots']);
    expect(again.stdout).toMatch(
      /^dots 1.0.0; all there in '.*downloads'; pretrain 12, train 12, test 12; sha256 c/,
    );
    expect(requests).toHaveLength(2);
    expect((await dots()).files[0].found).toBe(join(directory, 'dots', 'dots.bin'));

    const verified = await sandbox.runHere(['data', 'verify', '--json']);
    expect(verified.code).toBe(0);
    const split = { count: 12, classes: { red: 6, green: 3, blue: 3 } };
    expect(JSON.parse(verified.stdout)).toEqual({
      ok: true,
      datasets: [
        {
          name: 'dots',
          version: '1.0.0',
          ok: true,
          checksum: 'c'.repeat(64),
          image: { height: 1, width: 1, channels: 1 },
          splits: { pretrain: split, train: split, test: split },
          files: [{ path: 'dots/dots.bin', bytes: CONTENT.length, published: true }],
        },
      ],
    });
  });

  it('fetches what an option needs with that option only, and says what that is', async () => {
    const disk = async () =>
      (await sandbox.runHere(['data', 'list'])).stdout.split('\n').find((line) => /^ *dots /.test(line));
    expect(await disk()).toMatch(
      /no; 0 kB to download: paretrain data fetch dots; 0 kB more with --set dataset.more=true/,
    );
    await sandbox.runHere(['data', 'fetch', 'dots']);
    expect(requests).toEqual(['/lost.bin', '/dots.bin']);
    expect(await disk()).toMatch(/downloads.dots; 0 kB more with --set dataset.more=true/);
    const fetched = await sandbox.runHere(['data', 'fetch', 'dots', '--set=dataset.more=true', '--json']);
    expect(JSON.parse(fetched.stdout).files).toEqual([
      { path: 'dots/dots.bin', bytes: CONTENT.length, outcome: 'present' },
      { path: 'dots/more.bin', bytes: CONTENT.length, outcome: 'fetched' },
    ]);
    expect(requests).toEqual(['/lost.bin', '/dots.bin', '/more.bin']);
    expect(await disk()).toMatch(/downloads.dots *$/);
    const verified = async (...set: string[]) =>
      JSON.parse((await sandbox.runHere(['data', 'verify', 'dots', '--json', ...set])).stdout).datasets[0]
        .files;
    expect(await verified()).toHaveLength(1);
    expect(await verified('--set=dataset.more=true')).toHaveLength(2);
  });

  it('takes a file under its other path as there', async () => {
    const mine = join(workspace, 'mine');
    await mkdir(join(mine, 'dots'), { recursive: true });
    const other = join(mine, 'dots', 'dots.txt');
    await writeFile(other, CONTENT);
    const { stdout } = await sandbox.runHere(['data', 'list', '--json', '--data-dir', mine]);
    expect(JSON.parse(stdout).datasets.find(({ name }: { name: string }) => name === 'dots')).toMatchObject({
      downloadBytes: 0,
      files: [{ path: 'dots/dots.bin', found: other }, { found: null }],
    });
    // Nothing is fetched; this data set reads one name only.
    expectOneLine(
      await sandbox.runHere(['data', 'fetch', 'dots', '--data-dir', mine]),
      /no dots\/dots.bin in/,
    );
    expect(requests).toEqual([]);
  });

  it('fetches the tensors of a loss network that are read, and verifies that it can be loaded', async () => {
    const directory = join(cache, 'downloads');
    const path = 'weights/net_part.safetensors';
    const fetched = await sandbox.runHere(['data', 'fetch', 'net', '--json']);
    const { size } = await stat(join(directory, path));
    expect(size).toBeLessThan(200);
    expect(JSON.parse(fetched.stdout)).toEqual({
      ok: true,
      name: 'net',
      version: '1.0.0',
      directory,
      files: [{ path, bytes: size, outcome: 'tensors' }],
    });
    const { lossNetworks } = JSON.parse((await sandbox.runHere(['data', 'list', '--json'])).stdout);
    expect(lossNetworks.find(({ name }: { name: string }) => name === 'net')).toMatchObject({
      downloadBytes: 0,
      files: [{ path: 'weights/net.pth', found: join(directory, path) }],
    });
    const verified = await sandbox.runHere(['data', 'verify', 'net', '--json']);
    expect(JSON.parse(verified.stdout)).toEqual({
      ok: true,
      lossNetworks: [
        { name: 'net', version: '1.0.0', ok: true, checksum: size.toString(16).padStart(64, '0'), files: [] },
      ],
    });
  });

  it('fetches the whole weights where the server gives no parts, and names those that are not published', async () => {
    expectOneLine(
      await sandbox.runHere(['data', 'verify', 'net']),
      /^paretrain: net: no weights\/net.pth in '.*downloads'; run paretrain data fetch net, or/,
    );
    ranges = false;
    const fetched = await sandbox.runHere(['data', 'fetch', 'net']);
    expect(fetched.stdout).toMatch(/^net 1.0.0; \d+ kB downloaded to/);
    const verified = await sandbox.runHere(['data', 'verify', 'net']);
    expect(verified.stdout).toMatch(
      /^net 1.0.0: can be loaded; sha256 0+[0-9a-f]+\n {2}weights\/net.pth is the published file/,
    );
    const damaged = Buffer.from(WEIGHTS);
    damaged[damaged.length - 1]! ^= 1;
    await writeFile(join(cache, 'downloads', 'weights', 'net.pth'), damaged);
    const failed = await sandbox.runHere(['data', 'verify', 'net', '--json']);
    expectOneLine(
      failed,
      /^paretrain: net: weights\/net.pth .* is not the published file; delete it and run/,
    );
    expect(JSON.parse(failed.stdout)).toMatchObject({
      ok: false,
      lossNetworks: [{ name: 'net', ok: false }],
    });
  });

  it('says which weights have to be supplied, and where they are looked for', async () => {
    const file = 'weights/caffenet_conv12.safetensors';
    const listed = async () => {
      const { lossNetworks } = JSON.parse((await sandbox.runHere(['data', 'list', '--json'])).stdout);
      return lossNetworks.find(({ name }: { readonly name: string }) => name === 'caffenet').files;
    };
    expect(await listed()).toEqual([{ path: file, found: null, supplied: true }]);
    expect((await sandbox.runHere(['data', 'list'])).stdout).toMatch(
      /^caffenet .* no; weights\/caffenet_conv12.safetensors has to be supplied, in the data folder/m,
    );
    expectOneLine(
      await sandbox.runHere(['data', 'fetch', 'caffenet']),
      /^paretrain: caffenet: weights\/caffenet.* cannot be downloaded .* looked for in '.*downloads': put it there, or/,
    );
    const supplied = join(cache, 'downloads', file);
    await mkdir(dirname(supplied), { recursive: true });
    await writeFile(supplied, '');
    expect(await listed()).toEqual([{ path: file, found: supplied, supplied: true }]);
    const fetched = await sandbox.runHere(['data', 'fetch', 'caffenet']);
    expect(fetched.code).toBe(0);
    expect(fetched.stdout).toBe(`caffenet 1.0.0; there: '${supplied}'\n`);
  });

  it('fetches to a folder of your own, and names damage in it', async () => {
    const mine = join(workspace, 'mine', 'data');
    const fetched = await sandbox.runHere(['data', 'fetch', 'dots', '--data-dir', mine]);
    expect(fetched.stdout).toContain(`downloaded to '${mine}'`);
    expect(existsSync(cache)).toBe(false);
    await writeFile(join(mine, 'dots', 'dots.bin'), Buffer.from([0, 1]));
    const other = await sandbox.runHere(['data', 'verify', '--data-dir', mine]);
    expect(other.stdout).toMatch(/train: 2 images: red 1, green 1\n[^]*dots.bin is not the published file/);
    expect(other.code).toBe(0);
    await writeFile(join(mine, 'dots', 'dots.bin'), Buffer.from([0, 9]));
    const damaged = await sandbox.runHere(['data', 'verify', '--data-dir', mine, '--json']);
    expectOneLine(damaged, /^paretrain: dots: .*dots.bin: is damaged$/m);
    expect(JSON.parse(damaged.stdout)).toMatchObject({ ok: false, datasets: [{ name: 'dots', ok: false }] });
  });

  it('says in one line that there is no network, and leaves nothing', async () => {
    await close();
    const failed = await sandbox.runHere(['data', 'fetch', 'dots', '--json']);
    expectOneLine(failed, /^paretrain: dots\/dots.bin cannot be downloaded: http:.*ECONNREFUSED/);
    expect(JSON.parse(failed.stdout)).toMatchObject({ ok: false, error: { code: 'download' } });
    expect(existsSync(join(cache, 'downloads', '.partial'))).toBe(false);
  });

  it('stops on Ctrl-C, keeps what came and goes on', async () => {
    stalling = true;
    const { process: child, ended } = sandbox.start(['data', 'fetch', 'dots']);
    const part = join(cache, 'downloads', '.partial', 'dots--dots.bin', 'part');
    await expect.poll(() => existsSync(part), { timeout: 60_000 }).toBe(true);
    child.kill('SIGINT');
    const stopped = await ended;
    expect(stopped.stderr).toMatch(/stopped; the same command goes on from here/);
    expect(stopped.code).toBe(130);
    stalling = false;
    expect((await sandbox.runHere(['data', 'fetch', 'dots'])).code).toBe(0);
  });

  it('generates what is not downloaded', async () => {
    const options = ['--set=dataset.rollouts=1', '--set=dataset.steps=3', '--json'];
    const { stdout } = await sandbox.runHere(['data', 'fetch', 'lunar-lander', ...options]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, name: 'lunar-lander', counts: { pretrain: 3 } });
    const verified = JSON.parse(
      (await sandbox.runHere(['data', 'verify', 'lunar-lander', ...options])).stdout,
    );
    const { x, y } = verified.datasets[0].splits.train.targets;
    expect(x.min).toBeLessThanOrEqual(x.mean);
    expect(y.mean).toBeLessThanOrEqual(y.max);
  });

  it.each([
    [['data', 'fetch', 'dot'], /unknown data set or loss network 'dot'; did you mean 'dots'\?/],
    [['data', 'verify', 'dot'], /unknown data set or loss network 'dot'; did you mean 'dots'\?/],
    [['data', 'verify', '--set=dataset.steps=3'], /--set: valid with the name of one data set/],
    [
      ['data', 'fetch', 'dots', '--set=training.epochs=3'],
      /--set: only dataset.<option>=<value> is valid here/,
    ],
    [
      ['data', 'fetch', 'alexnet', '--set=dataset.extra=true'],
      /--set: only loss-network.<option>=<value> is valid here/,
    ],
    [['data', 'fetch', 'lunar-lander', '--set=dataset.stps=3'], /dataset 'lunar-lander': .*stps/],
  ])('refuses %j', async (args, message) => {
    expectOneLine(await sandbox.runHere(args), message);
  });

  it('is named by the plan of a dry run, which ends well', async () => {
    const bench = ['bench', '--profile=smoke', '--datasets=dots,lunar-lander', '--methods=I-I-PS'];
    const flags = [
      '--loss-networks=caffenet,alexnet',
      '--dry-run',
      '--no-measure',
      `--out=${sandbox.results}`,
    ];
    const { code, stdout } = await sandbox.runHere([...bench, ...flags]);
    expect(code).toBe(0);
    expect(stdout.match(/(?<=^ {2}missing {4}).*$/gm)).toEqual([
      'caffenet, whose weights/caffenet_conv12.safetensors has to be supplied',
      'alexnet, 244 MB to download: npx pnpm@10 paretrain data fetch alexnet',
      'dots, 0 kB to download: npx pnpm@10 paretrain data fetch dots',
    ]);
    expect(JSON.parse((await sandbox.runHere([...bench, ...flags, '--json'])).stdout).missing).toMatchObject([
      { name: 'caffenet', downloadBytes: null },
      { name: 'alexnet' },
      { name: 'dots', files: ['dots/dots.bin'], of: 1, downloadBytes: CONTENT.length },
    ]);
  });

  it('prints help of its sub-commands under their whole name', async () => {
    const { stdout } = await sandbox.runHere(['data', 'fetch', '--help']);
    expect(stdout).toMatch(/USAGE.* paretrain data fetch /);
    expect(stdout).toMatch(/--set=.*loss-network\.<option>/);
  });

  it('is what a bench without its data asks for, before anything is done', async () => {
    const bench = ['bench', '--datasets=lunar-lander,dots', '--profile=smoke', `--out=${sandbox.results}`];
    expectOneLine(
      await sandbox.runHere(bench),
      /^paretrain: dots: no dots\/dots.bin in .*; run paretrain data fetch dots, or .*--data-dir DIR/,
    );
    expect(await readdir(sandbox.results)).toEqual([]);
    expect(existsSync(join(cache, 'datasets')), 'nothing was generated').toBe(false);
  });

  const present = existsSync(SHARED);
  if (!present) console.warn(`skipped real data sets: none in ${SHARED} (set PARETRAIN_DATA_DIR)`);
  it.skipIf(!present)('verifies real downloads, also parts of them', async () => {
    const repository = await makeSandbox(cache);
    const { stdout, code } = await repository.run(['data', 'verify', '--data-dir', SHARED, '--json']);
    await repository.remove();
    expect(code).toBe(0);
    const { ok, datasets } = JSON.parse(stdout);
    expect(ok).toBe(true);
    const folders = { mnist: 'mnist', 'cifar-10': 'cifar-10-batches-bin', 'stl-10': 'stl10_binary' };
    for (const [name, folder] of Object.entries(folders)) {
      if (!existsSync(join(SHARED, folder))) continue;
      const found = datasets.find((each: { readonly name: string }) => each.name === name);
      for (const { count, classes } of Object.values(found.splits) as {
        readonly count: number;
        readonly classes: Record<string, number>;
      }[]) {
        expect(count).toBeGreaterThan(0);
        expect(Object.values(classes).reduce((sum, images) => sum + images, 0)).toBe(count);
      }
    }
  });
});
