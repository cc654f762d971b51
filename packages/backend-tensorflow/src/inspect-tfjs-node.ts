import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { InspectionMessage } from './inspect-process.ts';
import type { LoadedTensorflow } from './load-tfjs-node.ts';

export interface Inspection extends LoadedTensorflow {
  /** What TensorFlow said about CUDA, without its time stamps; empty where it said nothing. */
  readonly cudaNotes: readonly string[];
}

/** The first use of a CUDA device compiles kernels for it. */
const TIME_LIMIT_MS = 180_000;

const PROCESS = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './inspect-process.ts' : './inspect-process.js', import.meta.url),
);

/**
 * Loads tfjs-node in a process of its own and differentiates a convolution there. A library that crashes takes nothing
 * with it, this process stays free to load TensorFlow with other options, and its log lines do not reach the user.
 * @param environment variables that are set on top of this process's
 * @throws {Error} with what went wrong in one line
 */
export async function inspectTfjsNode(
  directory: string,
  environment: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Inspection> {
  const { stdout, stderr, failure } = await new Promise<{
    stdout: string;
    stderr: string;
    failure: string | null;
  }>((resolve, reject) => {
    execFile(
      process.execPath,
      [...loaderOfSources(), PROCESS, directory],
      {
        // Level 0 for the notes about CUDA, which are of no higher level than chatter.
        env: { ...process.env, ...environment, TF_CPP_MIN_LOG_LEVEL: '0' },
        timeout: TIME_LIMIT_MS,
        maxBuffer: 2 ** 26,
        ...(signal ? { signal } : {}),
      },
      (error, stdout, stderr) => {
        if (error?.name === 'AbortError') return reject(error);
        const how = error?.killed
          ? `no answer within ${TIME_LIMIT_MS / 1000} s`
          : (error?.signal ?? error?.code);
        resolve({ stdout, stderr, failure: error ? String(how) : null });
      },
    );
  });
  const message = parseMessage(stdout);
  if (!message) {
    throw new Error(
      `the process that loaded it ended without an answer (${failure ?? 'no output'})${lastWords(stderr)}`,
    );
  }
  if ('error' in message) throw new Error(message.error);
  return { ...message, cudaNotes: cudaNotes(stderr) };
}

/** In this repository the process is TypeScript. */
function loaderOfSources(): string[] {
  if (!PROCESS.endsWith('.ts')) return [];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}

function parseMessage(stdout: string): InspectionMessage | null {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as InspectionMessage;
  } catch {
    return null;
  }
}

/** TensorFlow's lines begin with a level and date, process and place: "W0000 00:00:1.2 345 gpu_device.cc:2430] text". */
function cudaNotes(stderr: string): string[] {
  const notes = stderr
    .split('\n')
    .filter((line) => /cuda|cudnn|gpu|nvidia/i.test(line))
    .map((line) => line.replace(/^.*?\.cc:\d+\] /, '').trim());
  return [...new Set(notes)];
}

function lastWords(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1);
  return last ? `; its last words: ${last}` : '';
}
