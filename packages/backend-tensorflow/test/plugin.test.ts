import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnavailableError } from '@paretrain/core';
import { testBackend, testManifest } from '@paretrain/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tensorflowEnvironment, tensorflowThreads } from '../src/environment.ts';
import * as exports from '../src/index.ts';
import { writeJournal, installationDirectory } from '../src/install/journal.ts';
import { installRequest } from '../src/install/request.ts';
import { makeFakeMachine, type FakeMachine } from './support/fake-machine.ts';

const { tensorflow } = exports;

testManifest(new URL('../package.json', import.meta.url), exports);

describe('where nothing is installed', () => {
  let empty: string;
  const before = process.env['PARETRAIN_CACHE_DIR'];
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'paretrain-empty-'));
    process.env['PARETRAIN_CACHE_DIR'] = empty;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['PARETRAIN_CACHE_DIR'];
    else process.env['PARETRAIN_CACHE_DIR'] = before;
    await rm(empty, { recursive: true });
  });

  testBackend(tensorflow);

  it('gives the command that installs it', async () => {
    expect(await tensorflow.probe({ device: 'auto' })).toEqual({
      available: false,
      device: null,
      software: false,
      versions: { '@tensorflow/tfjs': '4.22.0' },
      simd: null,
      threads: null,
      reason: 'neither @tensorflow/tfjs-node nor @tensorflow/tfjs-node-gpu is installed.',
      fix: 'paretrain backends install tensorflow',
    });
    expect((await tensorflow.probe({ device: 'gpu' })).fix).toBe(
      'paretrain backends install tensorflow --gpu',
    );
  });
});

describe('with a copy of tfjs-node', () => {
  let machine: FakeMachine;
  beforeEach(async () => {
    machine = await makeFakeMachine();
    // As the installer leaves it.
    const folder = join(installationDirectory(), 'node_modules', '@tensorflow');
    for (const name of ['tfjs', 'tfjs-core']) {
      await mkdir(join(folder, name), { recursive: true });
      const text = "module.exports = globalThis[Symbol.for('paretrain.tfjs')];";
      await writeFile(join(folder, name, 'index.js'), text);
    }
    await mkdir(join(folder, 'tfjs-node', 'lib'), { recursive: true });
    await writeFile(join(folder, 'tfjs-node', 'lib', 'binding'), '');
    const json = { name: '@tensorflow/tfjs-node', version: '4.22.0', main: 'index.js' };
    await writeFile(join(folder, 'tfjs-node', 'package.json'), JSON.stringify(json));
    await copyFile(join(machine.directory, 'tfjs-node.js'), join(folder, 'tfjs-node', 'index.js'));
    await writeJournal(installationDirectory(), {
      request: installRequest.parse({}),
      done: [],
      package: join('node_modules', '@tensorflow', 'tfjs-node'),
    });
  });
  afterEach(async () => {
    for (const name of ['FAKE_GPU', 'FAKE_CRASH', 'FAKE_LOG', 'CUDA_VISIBLE_DEVICES'])
      delete process.env[name];
    await machine.remove();
  });

  it('names the processor, its threads and every version', async () => {
    expect(await tensorflow.probe({ device: 'auto' })).toEqual({
      available: true,
      device: cpus()[0]!.model.trim(),
      software: false,
      versions: { '@tensorflow/tfjs': '4.22.0', '@tensorflow/tfjs-node': '4.22.0', tensorflow: '9.8.7' },
      simd: null,
      threads: availableParallelism(),
      reason: null,
      fix: null,
    });
    expect((await tensorflow.probe({ device: 'cpu', threads: 1 })).threads).toBe(1);
  });

  it('names the CUDA device that it computes on: the last that it may see', async () => {
    process.env['FAKE_GPU'] = '1';
    await machine.addProgram(
      'nvidia-smi',
      '#!/bin/sh\ncase "$*" in *"-i 1"*) echo "NVIDIA One";; *) echo "NVIDIA One"; echo "NVIDIA Two";; esac\n',
    );
    const found = await tensorflow.probe({ device: 'gpu' });
    expect([found.device, found.threads]).toEqual(['NVIDIA Two', null]);
    process.env['CUDA_VISIBLE_DEVICES'] = '0,1';
    expect((await tensorflow.probe({ device: 'auto' })).device).toBe('NVIDIA One');
    expect((await tensorflow.probe({ device: 'cpu' })).device).toBe(cpus()[0]!.model.trim());
    await machine.withoutProgram('nvidia-smi');
    expect((await tensorflow.probe({ device: 'auto' })).device).toBe('CUDA device');
  });

  it('repeats what TensorFlow says about a device that it does not find', async () => {
    process.env['FAKE_LOG'] =
      'I0000 00:00:1.2 3 port.cc:153] oneDNN is on.\n2026-01-02 03:04:05.6: W x/gpu_device.cc:2430] Cannot dlopen some GPU libraries.\n';
    const { available, reason, fix } = await tensorflow.probe({ device: 'gpu' });
    expect(available).toBe(false);
    expect(reason).toBe('TensorFlow 9.8.7 finds no CUDA device. It says: Cannot dlopen some GPU libraries.');
    expect(fix).toBe(
      'check that nvidia-smi lists a device, then paretrain backends uninstall tensorflow && ' +
        'paretrain backends install tensorflow --gpu --wheel',
    );
  });

  it('outlives a library that crashes', async () => {
    process.env['FAKE_CRASH'] = '1';
    const { reason, fix } = await tensorflow.probe({ device: 'auto' });
    expect(reason).toMatch(
      /^@tensorflow\/tfjs-node 4\.22\.0 \(.*\) cannot be used: the process that loaded it ended/,
    );
    expect(reason).toContain('SIGABRT');
    expect(fix).toBe('paretrain backends uninstall tensorflow && paretrain backends install tensorflow');
  });

  it('gives the reason of the loader', async () => {
    await rm(join(installationDirectory(), 'node_modules', '@tensorflow', 'tfjs-node', 'lib'), {
      recursive: true,
    });
    const { reason } = await tensorflow.probe({ device: 'auto' });
    expect(reason).toMatch(/cannot be used: The Node\.js native addon module can not be found\.$/);
  });

  // Last: from here on this process has loaded it.
  it('insists on a device, and runs with one set of options a process', async () => {
    for (let again = 0; again < 2; again++) {
      const wrong = tensorflow.activate({ device: 'gpu' });
      await expect(wrong).rejects.toThrow(UnavailableError);
      await expect(wrong).rejects.toThrow(
        /TensorFlow 9\.8\.7 finds no CUDA device\. Fix: check that nvidia-smi/,
      );
    }
    await expect(tensorflow.activate({ device: 'cpu', threads: 2 })).rejects.toThrow(
      /runs in this process with \{"device":"gpu"\} already, asked for was \{"device":"cpu","threads":2\}/,
    );
  });
});

describe('environment', () => {
  it('silences TensorFlow, lets it share the device, and asks for the same bits and full precision', () => {
    expect(tensorflowEnvironment({ device: 'auto' }, {})).toEqual({
      TF_CPP_MIN_LOG_LEVEL: '3',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      TF_DETERMINISTIC_OPS: '1',
      NVIDIA_TF32_OVERRIDE: '0',
    });
  });

  it('leaves what the user has set, but for what an option says', () => {
    const given = { TF_CPP_MIN_LOG_LEVEL: '0', NVIDIA_TF32_OVERRIDE: '1', CUDA_VISIBLE_DEVICES: '2' };
    expect(tensorflowEnvironment({ device: 'cpu', threads: 3 }, given)).toEqual({
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      TF_DETERMINISTIC_OPS: '1',
      CUDA_VISIBLE_DEVICES: '-1',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '3',
    });
  });

  it('counts threads as TensorFlow does', () => {
    expect(tensorflowThreads({ TF_NUM_INTRAOP_THREADS: '3' })).toBe(3);
    for (const nothing of [{}, { TF_NUM_INTRAOP_THREADS: '0' }, { TF_NUM_INTRAOP_THREADS: 'many' }]) {
      expect(tensorflowThreads(nothing)).toBe(availableParallelism());
    }
  });
});
