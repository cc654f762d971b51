import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MEGABYTE, type Step } from './step.ts';

/** The newest TensorFlow that this package was tested with. Others: name an environment that has them. */
const TENSORFLOW_VERSION = '2.21.0';

/** Wheels differ by version of Python, the libraries in them do not: any that TensorFlow supports will do. */
const PYTHON_VERSION = '3.12';

/** Of the download measured for x86-64; of the disk, at most, while the step runs. */
const SIZES = {
  cpu: { download: 274 * MEGABYTE, downloading: 1_500 * MEGABYTE, unpacking: 1_200 * MEGABYTE },
  gpu: { download: 3_440 * MEGABYTE, downloading: 12_000 * MEGABYTE, unpacking: 8_000 * MEGABYTE },
};

/** Where wheels are unpacked to, below the installation's folder. */
export const SITE = 'site';

const WHEELS = 'wheels';
const ENVIRONMENT = 'python';
const TEMPORARY = 'temporary';

/** Takes the headers and shared libraries out of wheels. Arguments: destination, wheels. */
const UNPACK = `
import re, sys, zipfile
wanted = re.compile(r"tensorflow/include/|tensorflow/lib[^/]*\\.so[^/]*$|nvidia/")
for wheel in sys.argv[2:]:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(sys.argv[1], [name for name in archive.namelist() if wanted.match(name)])
`;

/** Downloads TensorFlow's Python package, for CUDA devices with the libraries of CUDA, through a pip of its own. */
export function downloadWheelStep(gpu: boolean): Step {
  const requirement = gpu
    ? `tensorflow[and-cuda]==${TENSORFLOW_VERSION}`
    : `tensorflow-cpu==${TENSORFLOW_VERSION}`;
  const { download, downloading } = gpu ? SIZES.gpu : SIZES.cpu;
  return {
    name: 'wheel',
    description: `Python package ${requirement}`,
    downloads: [{ what: `Python package ${requirement}`, bytes: download }],
    diskBytes: downloading,
    tools: ['python3', 'python3-venv'],
    async run({ directory, say, run }) {
      const environment = join(directory, ENVIRONMENT);
      const temporary = join(directory, TEMPORARY);
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary, { recursive: true });
      if (!existsSync(join(environment, 'bin', 'pip'))) {
        await run('python3', ['-m', 'venv', '--clear', environment]);
      }
      await run(
        join(environment, 'bin', 'pip'),
        [
          'download',
          '--disable-pip-version-check',
          '--no-input',
          '--progress-bar=off',
          '--only-binary=:all:',
          `--python-version=${PYTHON_VERSION}`,
          `--dest=${join(directory, WHEELS)}`,
          // A cache of its own: what was downloaded before an interruption is not downloaded again, and goes afterwards.
          `--cache-dir=${join(environment, 'cache')}`,
          // Of TensorFlow alone nothing but the library is wanted.
          ...(gpu ? [] : ['--no-deps']),
          requirement,
        ],
        {
          env: { TMPDIR: temporary },
          onLine(line) {
            const [, file, size] = /^\s*Downloading (\S+) \((.+)\)/.exec(line) ?? [];
            if (file) say(`${file}, ${size}`);
          },
        },
      );
    },
  };
}

/** Takes headers and libraries out of the wheels that {@link downloadWheelStep} left. */
export function unpackWheelsStep(gpu: boolean): Step {
  return {
    name: 'unpack',
    description: 'take the headers and libraries out of it',
    downloads: [],
    diskBytes: (gpu ? SIZES.gpu : SIZES.cpu).unpacking,
    tools: ['python3'],
    async run({ directory, say, run }) {
      const [site, unfinished, wheels] = sitePaths(directory);
      for (const folder of [TEMPORARY, ENVIRONMENT]) {
        await rm(join(directory, folder), { recursive: true, force: true });
      }
      // Each goes when it is unpacked, so that the disk need not hold everything twice.
      for (const name of existsSync(wheels) ? readdirSync(wheels) : []) {
        say(name);
        await run('python3', ['-c', UNPACK, unfinished, join(wheels, name)]);
        await rm(join(wheels, name));
      }
      // After an interruption just here it has its name already.
      if (existsSync(unfinished)) await rename(unfinished, site);
      await rm(wheels, { recursive: true, force: true });
    },
  };
}

/** Takes headers and libraries out of the user's own wheel. */
export function unpackGivenWheelStep(wheel: string): Step {
  return {
    name: 'unpack',
    description: `take the headers and libraries out of ${wheel}`,
    downloads: [],
    diskBytes: SIZES.cpu.unpacking,
    tools: ['python3'],
    async run({ directory, run }) {
      const [site, unfinished] = sitePaths(directory);
      for (const folder of [site, unfinished]) await rm(folder, { recursive: true, force: true });
      await run('python3', ['-c', UNPACK, unfinished, wheel]);
      await rename(unfinished, site);
    },
  };
}

function sitePaths(directory: string): readonly [site: string, unfinished: string, wheels: string] {
  return [join(directory, SITE), join(directory, `${SITE}.new`), join(directory, WHEELS)];
}

/** Removes what only the compiler needed. */
export function tidyWheelStep(): Step {
  return {
    name: 'tidy',
    description: 'remove what only the compiler needed',
    downloads: [],
    diskBytes: 0,
    tools: [],
    run: ({ directory }) =>
      rm(join(directory, SITE, 'tensorflow', 'include'), { recursive: true, force: true }),
  };
}
