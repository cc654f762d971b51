import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** A tfjs-node whose TensorFlow is tfjs's own `cpu` backend under another name. */
const FAKE_TFJS_NODE = `
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');
if (require('@tensorflow/tfjs-core') !== tf) throw new Error('two copies of TensorFlow.js');
const binding = path.join(__dirname, 'lib', 'binding');
if (!fs.existsSync(binding)) throw new Error('The Node.js native addon module can not be found');
if (process.env.FAKE_CRASH) process.abort();
if (process.env.FAKE_LOG) process.stderr.write(process.env.FAKE_LOG);
const backend = tf.findBackendFactory('cpu')();
backend.isUsingGpuDevice = process.env.FAKE_GPU === '1' && process.env.CUDA_VISIBLE_DEVICES !== '-1';
backend.binding = { TF_Version: '9.8.7' };
tf.registerBackend('tensorflow', () => backend);
if (!process.env.FAKE_WRONG) tf.copyRegisteredKernels('cpu', 'tensorflow');
else for (const kernel of tf.getKernelsForBackend('cpu')) tf.registerKernel({ ...kernel, backendName: 'tensorflow',
  ...(kernel.kernelName === 'Conv2DBackpropFilter' ? { kernelFunc: (args) => tf.zeros(args.attrs.filterShape) } : {}) });
tf.setBackend('tensorflow');
`;

/** npm: \`install\` puts the fake package where npm would; \`exec\` is the build of the binding. */
const FAKE_NPM = `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const { spawn } = require('node:child_process');
const machine = path.dirname(path.dirname(process.argv[1]));
const args = process.argv.slice(2);
fs.appendFileSync(path.join(machine, 'calls'), JSON.stringify({ program: 'npm', args, cwd: process.cwd(),
  LDFLAGS: process.env.LDFLAGS, CXXFLAGS: process.env.CXXFLAGS }) + '\\n');
const behaviour = path.join(machine, 'npm-' + args[0]);
const what = fs.existsSync(behaviour) ? fs.readFileSync(behaviour, 'utf8') : 'works';
if (what === 'fails') { console.log('compiling'); console.error('x.cc:3: error: no such thing'); process.exit(1); }
if (what === 'hangs') {
  const child = spawn('sleep', ['1000']);
  fs.writeFileSync(path.join(machine, 'grandchild'), String(child.pid));
  setInterval(() => undefined, 1000);
} else if (args[0] === 'install') {
  const json = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  for (const [name, spec] of Object.entries({ ...json.dependencies, ...json.overrides })) {
    const folder = path.join('node_modules', name);
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    if (spec.startsWith('file:')) fs.symlinkSync(path.resolve(spec.slice(5)), folder);
    else {
      fs.mkdirSync(folder);
      fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version: spec, main: 'index.js',
        binary: { napi_versions: [3, 8] } }));
      fs.copyFileSync(path.join(machine, 'tfjs-node.js'), path.join(folder, 'index.js'));
    }
  }
} else {
  fs.mkdirSync('lib', { recursive: true });
  fs.writeFileSync(path.join('lib', 'binding'), '');
}
`;

/** python3: makes environments whose pip "downloads" the wheel of this machine; everything else is Python itself. */
const FAKE_PYTHON = (python: string, path: string) => `#!/bin/sh
machine=$(dirname "$(dirname "$0")")
if [ "$1" = -m ]; then
  mkdir -p "$4/bin" && cp "$machine/pip" "$4/bin/pip"
else
  PATH='${path}' exec ${python} "$@"
fi
`;

const FAKE_PIP = (machine: string) => `#!/bin/sh
echo "{\\"program\\":\\"pip\\",\\"args\\":\\"$*\\"}" >> ${machine}/calls
echo "  Downloading tensorflow_cpu-1-py3-none-any.whl (274.0 MB)"
for word in "$@"; do case $word in --dest=*) dest=\${word#--dest=};; esac; done
mkdir -p "$dest" && cp ${machine}/*.whl "$dest"
`;

export interface FakeMachine {
  readonly directory: string;
  /** What its programs were called with, in order. */
  calls(): Promise<{ program: string; args: string[] | string; cwd?: string; [variable: string]: unknown }[]>;
  /** Lets \`npm install\` or \`npm exec\` fail, hang or work again. */
  npm(command: 'install' | 'exec', behaviour: 'fails' | 'hangs' | 'works'): Promise<void>;
  /** Removes a program from the search path. */
  withoutProgram(name: string): Promise<void>;
  addProgram(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

const SYSTEM_PROGRAMS = ['sleep', 'sh', 'mkdir', 'cp', 'dirname', 'tar', 'gzip'];

/**
 * A machine with its own cache folder and its own programs on the search path, for as long as a test lasts: npm, Python, a
 * compiler that is never called. TensorFlow is a fake too; everything of this package is real.
 */
export async function makeFakeMachine(): Promise<FakeMachine> {
  const directory = realpathSync(await mkdtemp(join(tmpdir(), 'paretrain-tensorflow-')));
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const { PATH, PARETRAIN_CACHE_DIR, CXX } = process.env;
  const addProgram = async (name: string, text: string) => {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  };
  await writeFile(join(directory, 'tfjs-node.js'), FAKE_TFJS_NODE);
  await addProgram('npm', FAKE_NPM);
  await addProgram('python3', FAKE_PYTHON(find('python3', PATH), PATH ?? ''));
  await writeFile(join(directory, 'pip'), FAKE_PIP(directory), { mode: 0o755 });
  for (const name of ['make', 'g++']) await addProgram(name, '#!/bin/sh\n');
  for (const name of SYSTEM_PROGRAMS) await addProgram(name, `#!/bin/sh\nexec ${find(name, PATH)} "$@"\n`);
  process.env['PATH'] = bin;
  process.env['PARETRAIN_CACHE_DIR'] = join(directory, 'cache');
  delete process.env['CXX'];
  return {
    directory,
    async calls() {
      const text = await readFile(join(directory, 'calls'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    npm: (command, behaviour) => writeFile(join(directory, `npm-${command}`), behaviour),
    withoutProgram: (name) => rm(join(bin, name)),
    addProgram,
    async remove() {
      restore({ PATH, PARETRAIN_CACHE_DIR, CXX });
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function find(program: string, path: string | undefined): string {
  for (const folder of (path ?? '').split(delimiter)) {
    if (existsSync(join(folder, program))) return join(folder, program);
  }
  throw new Error(`this test needs ${program}`);
}

function restore(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Headers and libraries of a TensorFlow that is none, as in a libtensorflow archive or in a Python package. */
export async function writeTensorflowFiles(
  include: string,
  lib: string,
  names: readonly string[],
): Promise<void> {
  const header = join(include, 'tensorflow', 'c', 'c_api.h');
  await mkdir(dirname(header), { recursive: true });
  await writeFile(header, '// C interface');
  await mkdir(lib, { recursive: true });
  for (const name of names) await writeFile(join(lib, name), name);
}
