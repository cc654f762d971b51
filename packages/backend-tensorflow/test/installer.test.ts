import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  AbortedError,
  ConfigurationError,
  InstallationError,
  UnavailableError,
  type InstallOptions,
} from '@paretrain/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireDisk } from '../src/install/disk.ts';
import { tensorflowInstaller } from '../src/install/installer.ts';
import { installationDirectory, readInstallation, readJournal } from '../src/install/journal.ts';
import { officialAddress } from '../src/install/official-library.ts';
import { installRequest, type InstallRequest } from '../src/install/request.ts';
import { tensorflow } from '../src/index.ts';
import { makeFakeMachine, writeTensorflowFiles, type FakeMachine } from './support/fake-machine.ts';
import { serveFiles, type FileServer } from './support/file-server.ts';

const { plan, install, uninstall } = tensorflowInstaller;
const WHEEL_LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const ARCHIVE_LIBRARIES = ['libtensorflow.so.2', 'libtensorflow_framework.so.2'];

let machine: FakeMachine;
beforeEach(async () => {
  machine = await makeFakeMachine();
});
afterEach(() => machine.remove());

function request(chosen: Partial<InstallRequest> = {}): InstallRequest {
  return installRequest.parse(chosen);
}

/** Progress lines of an installation. */
async function installing(chosen: Partial<InstallRequest>, options: InstallOptions = {}): Promise<string[]> {
  const lines: string[] = [];
  await install(request(chosen), {
    ...options,
    onProgress: ({ step, steps, text }) => lines.push(`${step}/${steps} ${text}`),
  });
  return lines;
}

/** Runs until a step is reached, then stops as Ctrl-C does. */
async function stoppedWhen(chosen: Partial<InstallRequest>, reached: () => boolean): Promise<void> {
  const controller = new AbortController();
  const timer = setInterval(() => reached() && controller.abort(), 20);
  try {
    await expect(install(request(chosen), { signal: controller.signal })).rejects.toThrow(AbortedError);
  } finally {
    clearInterval(timer);
  }
}

async function commands(): Promise<string[]> {
  return (await machine.calls()).map(
    ({ program, args }) => `${program} ${Array.isArray(args) ? args[0] : 'download'}`,
  );
}

async function givenLibrary(): Promise<string> {
  const directory = join(machine.directory, 'tf');
  await writeTensorflowFiles(join(directory, 'include'), join(directory, 'lib'), ARCHIVE_LIBRARIES);
  return directory;
}

describe('request', () => {
  it('is the official download by default', () => {
    expect(request()).toEqual({ gpu: false, wheel: false });
  });

  it.each([{ library: '/x', wheel: true }, { library: '' }, { gpu: 'yes' }, { cuda: true }])(
    'refuses %j',
    (wrong) => {
      expect(installRequest.safeParse(wrong).success).toBe(false);
    },
  );
});

describe.runIf(process.platform === 'linux')('a binding to a library', () => {
  it('is built, checked and used; nothing is done twice; and it can be undone', async () => {
    const library = await givenLibrary();
    expect(await plan(request({ library }))).toMatchObject({
      directory: installationDirectory(),
      state: 'absent',
      steps: [{ name: 'package' }, { name: 'binding' }, { name: 'check' }],
      downloads: [{ bytes: 2e6 }],
    });
    expect(existsSync(dirname(installationDirectory())), 'a plan writes nothing').toBe(false);

    const lines = await installing({ library });
    expect(lines[0]).toBe('1/3 npm package @tensorflow/tfjs-node 4.22.0');
    expect(lines.at(-1)).toBe('3/3 load it and differentiate a convolution');
    const folder = readInstallation()!;
    const found = await tensorflow.probe({ device: 'auto' });
    expect(found).toMatchObject({
      available: true,
      software: false,
      versions: { '@tensorflow/tfjs-node': '4.22.0', tensorflow: '9.8.7' },
    });

    const [, build] = await machine.calls();
    expect(build).toMatchObject({
      args: ['exec', '--no', '--', 'node-pre-gyp', 'rebuild', '--build-from-source', ...nodeDirectory()],
      cwd: folder,
      CXXFLAGS: '-std=c++17',
      LDFLAGS: '-L../deps/link',
    });
    // By its own folder, since TensorFlow looks for CUDA beside that.
    expect(await readlink(join(folder, 'deps', 'lib'))).toBe(join(library, 'lib'));
    expect(await readFile(join(folder, 'deps', 'link', 'libtensorflow.so'), 'utf8')).toBe(
      'libtensorflow.so.2',
    );
    expect(await readFile(join(folder, 'deps', 'include', 'tensorflow', 'c', 'c_api.h'), 'utf8')).toContain(
      '//',
    );
    const { binary } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    expect(binary.napi_versions, 'one build, not six').toEqual([8]);

    expect(await plan(request({ library }))).toMatchObject({
      state: 'installed',
      downloads: [],
      diskBytes: 0,
    });
    expect(await installing({ library })).toEqual([]);
    expect(await machine.calls()).toHaveLength(2);

    const undone = await uninstall();
    expect(undone).toMatchObject({ directory: installationDirectory(), removed: true });
    expect(undone.bytes).toBeGreaterThan(100);
    expect(existsSync(dirname(installationDirectory())), 'no folder is left').toBe(false);
    expect(existsSync(join(library, 'lib', ARCHIVE_LIBRARIES[0]!)), "the user's own files stay").toBe(true);
    expect(await uninstall()).toMatchObject({ removed: false, bytes: 0 });
  });

  it('goes on after an interruption, which ends the compiler too', async () => {
    const library = await givenLibrary();
    await machine.npm('exec', 'hangs');
    const grandchild = join(machine.directory, 'grandchild');
    await stoppedWhen({ library }, () => existsSync(grandchild));
    const pid = Number(await readFile(grandchild, 'utf8'));
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    expect(readJournal()).toMatchObject({ done: ['package'], package: null });
    expect((await tensorflow.probe({ device: 'auto' })).available).toBe(false);

    const { state, steps, downloads } = await plan(request({ library }));
    expect([state, downloads]).toEqual(['unfinished', []]);
    expect(steps.map(({ done }) => done)).toEqual([true, false, false]);
    await machine.npm('exec', 'works');
    expect((await installing({ library }))[0]).toMatch(/^2\/3 /);
    expect(await commands()).toEqual(['npm install', 'npm exec', 'npm exec']);
  });

  it('begins afresh when something else was left unfinished', async () => {
    const library = await givenLibrary();
    await machine.npm('exec', 'fails');
    await expect(installing({ library })).rejects.toThrow(InstallationError);
    await machine.npm('exec', 'works');
    const environment = join(machine.directory, 'environment', 'lib', 'python3.12', 'site-packages');
    const package_ = join(environment, 'tensorflow');
    await writeTensorflowFiles(join(package_, 'include'), package_, WHEEL_LIBRARIES);
    await installing({ wheel: join(machine.directory, 'environment') });
    expect(await commands()).toEqual(['npm install', 'npm exec', 'npm install', 'npm exec']);
    expect(await readlink(join(readInstallation()!, 'deps', 'lib'))).toBe(package_);
  });

  it('is not replaced by another without a word', async () => {
    const library = await givenLibrary();
    await installing({ library });
    await expect(plan(request({ library, gpu: true }))).rejects.toThrow(
      /a binding to .*tf is installed in .*uninstall tensorflow first/,
    );
  });

  it('says which step failed, why, and where its output is', async () => {
    const library = await givenLibrary();
    await machine.npm('exec', 'fails');
    await expect(installing({ library })).rejects.toThrow(
      /^step 'binding' failed: npm ended with code 1: x\.cc:3: error: no such thing; its output is in (.*install\.log)$/,
    );
    expect(await readFile(join(installationDirectory(), 'install.log'), 'utf8')).toContain('compiling');
  });

  it('is not called installed when what was built computes nonsense', async () => {
    const library = await givenLibrary();
    process.env['FAKE_WRONG'] = '1';
    try {
      await expect(installing({ library })).rejects.toThrow(
        /step 'check' failed: .*gradient of a convolution is \[0, 0, 0, 0, 0, 0, 0, 0, 0\], expected nine times 4/,
      );
    } finally {
      delete process.env['FAKE_WRONG'];
    }
    expect(readInstallation()).toBeNull();
  });

  it('waits for another installation of the same and then has nothing to do', async () => {
    const library = await givenLibrary();
    await Promise.all([installing({ library }), installing({ library })]);
    expect(await machine.calls()).toHaveLength(2);
  });

  it.each([
    ['nowhere', /--library '.*nowhere': no tensorflow\/c\/c_api\.h in '.*include'; valid: a folder/],
    ['headers-only', /--library '.*headers-only': no libtensorflow\.so\.2, .* in '.*lib'; valid: a folder/],
  ])('refuses the folder %s', async (name, message) => {
    const headers = join(machine.directory, 'headers-only');
    await writeTensorflowFiles(join(headers, 'include'), join(headers, 'lib'), []);
    const wrong = plan(request({ library: join(machine.directory, name) }));
    await expect(wrong).rejects.toThrow(ConfigurationError);
    await expect(wrong).rejects.toThrow(message);
  });

  it.each(['g++', 'make', 'python3', 'npm'])('says how to get %s where it is missing', async (tool) => {
    const library = await givenLibrary();
    await machine.withoutProgram(tool);
    const wrong = plan(request({ library }));
    await expect(wrong).rejects.toThrow(UnavailableError);
    await expect(wrong).rejects.toThrow(`missing ${tool}. Fix: apt-get install ${tool} (Debian, Ubuntu)`);
  });

  it('is not begun where gyp would stumble', async () => {
    const library = await givenLibrary();
    process.env['PARETRAIN_CACHE_DIR'] = join(machine.directory, 'a cache');
    await expect(plan(request({ library }))).rejects.toThrow(
      /nothing can be compiled in '.*a cache.*', whose path has spaces\. Fix: let PARETRAIN_CACHE_DIR name another folder/,
    );
  });

  it('takes the compiler that CXX names', async () => {
    const library = await givenLibrary();
    await machine.withoutProgram('g++');
    await machine.addProgram('clang++', '#!/bin/sh\n');
    process.env['CXX'] = 'clang++ -m64';
    expect((await plan(request({ library }))).state).toBe('absent');
  });
});

describe.runIf(process.platform === 'linux')('a binding to the Python package', () => {
  const site = (directory: string) => join(directory, 'environment', 'lib', 'python3.12', 'site-packages');

  /** A wheel with what is wanted and more. */
  function makeWheel(): string {
    const wheel = join(machine.directory, 'tensorflow_cpu-1-py3-none-any.whl');
    const names = [
      'tensorflow/include/tensorflow/c/c_api.h',
      ...WHEEL_LIBRARIES.map((name) => `tensorflow/${name}`),
      'tensorflow/python/large.so',
      'nvidia/cudnn/lib/libcudnn.so.9',
    ];
    const script =
      'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  [z.writestr(n, n) for n in sys.argv[2:]]';
    execFileSync('python3', ['-c', script, wheel, ...names]);
    return wheel;
  }

  it('that is downloaded keeps only the libraries', async () => {
    makeWheel();
    const { steps, downloads, diskBytes } = await plan(request({ wheel: true }));
    expect(steps.map(({ name }) => name)).toEqual(['package', 'wheel', 'unpack', 'binding', 'tidy', 'check']);
    expect(downloads[1]).toEqual({ what: 'Python package tensorflow-cpu==2.21.0', bytes: 274e6 });
    expect(diskBytes).toBe(1500e6);

    const lines = await installing({ wheel: true });
    expect(lines[2]).toBe(
      '2/6 Python package tensorflow-cpu==2.21.0: tensorflow_cpu-1-py3-none-any.whl, 274.0 MB',
    );
    const directory = installationDirectory();
    const pip = (await machine.calls()).find(({ program }) => program === 'pip')!;
    expect(pip.args).toMatch(/^download .*--no-deps tensorflow-cpu==2\.21\.0$/);
    const kept = (path: string) => existsSync(join(directory, path));
    expect(kept('site/tensorflow/libtensorflow_cc.so.2')).toBe(true);
    expect(kept('site/nvidia/cudnn/lib/libcudnn.so.9')).toBe(true);
    for (const gone of [
      'site/tensorflow/python',
      'site/tensorflow/include',
      'wheels',
      'python',
      'temporary',
    ]) {
      expect(kept(gone), gone).toBe(false);
    }
    expect((await tensorflow.probe({ device: 'auto' })).available).toBe(true);
  });

  it('comes with CUDA where devices are asked for', async () => {
    const { downloads } = await plan(request({ wheel: true, gpu: true }));
    expect(downloads[1]!.what).toBe('Python package tensorflow[and-cuda]==2.21.0');
    expect(downloads[1]!.bytes).toBeGreaterThan(3e9);
  });

  it('goes on unpacking where it was cut off', async () => {
    makeWheel();
    await machine.npm('exec', 'fails');
    await expect(installing({ wheel: true })).rejects.toThrow("step 'binding' failed");
    // As if it had been cut off after the last wheel and before the folder got its name.
    const directory = installationDirectory();
    const journal = JSON.parse(await readFile(join(directory, 'install.json'), 'utf8'));
    await writeFile(
      join(directory, 'install.json'),
      JSON.stringify({ ...journal, done: ['package', 'wheel'] }),
    );
    await machine.npm('exec', 'works');
    await installing({ wheel: true });
    expect((await commands()).filter((command) => command === 'pip download')).toHaveLength(1);
    expect(existsSync(join(directory, 'site', 'tensorflow', 'libtensorflow_cc.so.2'))).toBe(true);
  });

  it('is taken from a file', async () => {
    const wheel = makeWheel();
    await installing({ wheel });
    expect(await commands()).toEqual(['npm install', 'npm exec']);
    expect(existsSync(wheel), "the user's own file stays").toBe(true);
  });

  it.each(['environment', 'site-packages', 'interpreter'])('is found from its %s', async (kind) => {
    const packages = site(machine.directory);
    const tensorflowFolder = join(packages, 'tensorflow');
    await writeTensorflowFiles(join(tensorflowFolder, 'include'), tensorflowFolder, WHEEL_LIBRARIES);
    const interpreter = join(machine.directory, 'interpreter');
    await writeFile(interpreter, `#!/bin/sh\necho '${packages}'\n`, { mode: 0o755 });
    const wheel = {
      environment: join(machine.directory, 'environment'),
      'site-packages': packages,
      interpreter,
    }[kind]!;
    await installing({ wheel });
    expect(await readlink(join(readInstallation()!, 'deps', 'lib'))).toBe(tensorflowFolder);
  });

  it.each([
    ['nowhere', /--wheel '.*nowhere': does not exist/],
    ['nowhere.whl', /--wheel '.*nowhere\.whl': does not exist/],
    ['empty', /no TensorFlow there; valid: a Python environment/],
    ['python-without', /this Python has no TensorFlow/],
    ['no-python', /is not a Python interpreter/],
  ])('refuses %s', async (name, message) => {
    await mkdir(join(machine.directory, 'empty'));
    await writeFile(join(machine.directory, 'python-without'), '#!/bin/sh\necho\n', { mode: 0o755 });
    await writeFile(join(machine.directory, 'no-python'), 'text');
    await expect(plan(request({ wheel: join(machine.directory, name) }))).rejects.toThrow(message);
    await expect(plan(request({ wheel: join(machine.directory, name) }))).rejects.toThrow(ConfigurationError);
  });

  it('says how to get venv where Debian has left it out', async () => {
    await machine.addProgram('python3', '#!/bin/sh\nexit 1\n');
    await expect(plan(request({ wheel: true }))).rejects.toThrow(
      'Fix: apt-get install python3-venv (Debian, Ubuntu)',
    );
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the official download', () => {
  let server: FileServer;
  const path = '/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';
  const before = process.env['TFJS_NODE_BASE_URI'];

  beforeEach(async () => {
    server = await serveFiles();
    process.env['TFJS_NODE_BASE_URI'] = `${server.address}libtensorflow-`;
    const content = join(machine.directory, 'content');
    await writeTensorflowFiles(join(content, 'include'), join(content, 'lib'), ARCHIVE_LIBRARIES);
    const archive = join(machine.directory, 'archive.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', content, 'include', 'lib'], {
      env: { PATH: '/usr/bin:/bin' },
    });
    server.files.set(path, { content: await readFile(archive), tag: '"one"' });
  });
  afterEach(async () => {
    await server.close();
    if (before === undefined) delete process.env['TFJS_NODE_BASE_URI'];
    else process.env['TFJS_NODE_BASE_URI'] = before;
  });

  it('goes on with the bytes that are missing after an interruption', async () => {
    const { content } = server.files.get(path)!;
    const { downloads, steps } = await plan(request());
    expect(downloads[1]).toEqual({ what: `${server.address}${path.slice(1)}`, bytes: content.length });
    expect(steps.map(({ name }) => name)).toEqual(['package', 'library', 'binding', 'check']);

    server.fallSilent.push(100);
    const part = join(installationDirectory(), 'libtensorflow.tar.gz.part');
    await stoppedWhen({}, () => existsSync(part) && statSync(part).size === 100);
    expect(readJournal()!.done).toEqual(['package']);
    await installing({});
    expect(server.ranges).toEqual([null, 'bytes=100-']);
    expect(await readFile(join(readInstallation()!, 'deps', 'lib', ARCHIVE_LIBRARIES[0]!), 'utf8')).toBe(
      ARCHIVE_LIBRARIES[0],
    );
    const [, binding] = await machine.calls();
    expect(binding!.args).toEqual(['exec', '--no', '-c', 'node scripts/install.js cpu']);
    expect(existsSync(join(installationDirectory(), 'libtensorflow.tar.gz'))).toBe(false);
  });

  it('for CUDA devices is another package', async () => {
    server.files.set(path.replace('cpu', 'gpu'), server.files.get(path)!);
    await installing({ gpu: true });
    expect(readJournal()!.package).toBe(join('package', 'node_modules', '@tensorflow', 'tfjs-node-gpu'));
    expect((await machine.calls())[1]!.args.at(-1)).toBe('node scripts/install.js gpu');
  });

  it('fetches a damaged archive again', async () => {
    const whole = server.files.get(path)!;
    server.files.set(path, { content: whole.content.subarray(0, 150), tag: '"half"' });
    await expect(installing({})).rejects.toThrow(/step 'library' failed: tar ended with code \d/);
    server.files.set(path, whole);
    await installing({});
    expect(readInstallation()).not.toBeNull();
  });

  it('is not begun on a disk that is too small', async () => {
    server.files.set(path, { ...server.files.get(path)!, size: 1e15 });
    const wrong = plan(request());
    await expect(wrong).rejects.toThrow(UnavailableError);
    await expect(wrong).rejects.toThrow(
      /GB are free at '.*', needed are 4000000\.0 GB\. Fix: free some space/,
    );
  });

  it('names the other ways where it cannot be reached', async () => {
    await server.close();
    const wrong = plan(request());
    await expect(wrong).rejects.toThrow(UnavailableError);
    await expect(wrong).rejects.toThrow(
      /cannot be reached: .*ECONNREFUSED.*Fix: paretrain backends install tensorflow --wheel/,
    );
    server = await serveFiles();
  });

  it('needs no network once it is there', async () => {
    await installing({});
    await server.close();
    expect((await plan(request())).state).toBe('installed');
    expect(await installing({})).toEqual([]);
    server = await serveFiles();
  });

  it('does not exist for every platform', () => {
    expect(() => officialAddress(false, 'linux-arm64')).toThrow(UnavailableError);
    expect(() => officialAddress(true, 'darwin-x64')).toThrow(
      /for CUDA devices exists for darwin-x64.*--wheel/,
    );
  });
});

describe('disk', () => {
  it('says how much is free and how much is needed', () => {
    expect(() => requireDisk('/folder', 1.2e9, 1.5e9)).toThrow(
      /1\.2 GB are free at '\/folder', needed are 1\.5 GB\. Fix: free some space, or let PARETRAIN_CACHE_DIR name/,
    );
    expect(() => requireDisk('/folder', 1.5e9, 1.5e9)).not.toThrow();
  });
});

/** What the build is told where this Node came with its headers. */
function nodeDirectory(): string[] {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_version.h')) ? [`--nodedir=${prefix}`] : [];
}

/** One that has ended and that nobody has asked about is not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
