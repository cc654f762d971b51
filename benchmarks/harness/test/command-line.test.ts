import { describe, expect, it } from 'vitest';
import { commandLine } from '../src/output/command-line.ts';

describe('a command that users are told to type', () => {
  it('needs npm alone, in a clone and elsewhere', () => {
    expect(commandLine('bench --profile smoke')).toBe('npx pnpm@10 bench --profile smoke');
    expect(commandLine('report loss-networks')).toBe('npx pnpm@10 paretrain report loss-networks');
    expect(commandLine('bench --profile smoke', false)).toBe('npx paretrain bench --profile smoke');
  });
});
