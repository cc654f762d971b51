import { createInterface } from 'node:readline/promises';
import { AbortedError, ConfigurationError } from '@paretrain/core';

export interface Question {
  /** What will happen. */
  readonly statement: string;
  /** Such as "Start it?". */
  readonly question: string;
  /** Said where nobody can be asked: which flag answers, and what else can be done. */
  readonly instead: string;
  /** Nobody is asked, since stdout is for JSON. */
  readonly json: boolean;
}

/**
 * Asks the person at the terminal, on stderr.
 * @throws {ConfigurationError} where there is none @throws {AbortedError} when the answer is not yes
 */
export async function confirm({ statement, question, instead, json }: Question): Promise<void> {
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ConfigurationError(`${statement} ${instead}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${statement} ${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new AbortedError('not started');
  } finally {
    terminal.close();
  }
}
