import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { folder, run } from './io.ts';

let cwd: string;
const git = (...argv: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...argv], { cwd, stdio: 'ignore' });
const commit = (name: string) => {
  git('add', '.');
  git('commit', '-qm', name, '--allow-empty');
};
let second = 0;
/** Each run starts a second later, so that the newest is known. */
const evaluate = async (classifier: string, ...more: string[]) =>
  run(['eval', '--data', 'mine.csv', '--classifier', classifier, '--replicates', '100', ...more], { cwd, now: () => 1_000 * second++ });
const runs = () => readdirSync(join(cwd, '.pointsman/runs')).sort();

beforeEach(() => {
  cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(45, turns));
  writeFileSync(join(cwd, '.gitignore'), '.pointsman\n');
  git('init', '-q');
  commit('first');
});

describe('eval --compare git:REV', () => {
  it('is the newest run made at that revision with nothing uncommitted', async () => {
    await evaluate('rules');
    appendFileSync(join(cwd, '.gitignore'), 'other\n');
    await evaluate('majority');
    commit('second');
    await evaluate('keywords');
    const { out } = await evaluate('keywords', '--compare', 'git:HEAD~1', '--json');
    expect(JSON.parse(out).comparison.reference.name).toBe(join(cwd, '.pointsman/runs', runs()[0] ?? ''));
  });

  it('is else the baseline committed there, whatever lies in the folder now', async () => {
    await evaluate('rules', '--bless');
    commit('blessed');
    git('tag', 'v1');
    rmSync(join(cwd, '.pointsman'), { recursive: true });
    rmSync(join(cwd, 'evals'), { recursive: true });
    const { out, code } = await evaluate('keywords', '--compare', 'git:v1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).comparison).toMatchObject({ n: 45, reference: { name: 'blessed mine of git:v1' } });
    const older = await run(['compare', 'git:v1', runs()[0] ?? ''], { cwd });
    expect([older.code, older.out.startsWith('COMPARE')]).toEqual([0, true]);
    git('checkout', '-q', 'v1', '--', 'evals');
    expect((await run(['compare', 'blessed', runs()[0] ?? ''], { cwd })).code).toBe(0);
  });

  it('says before anything is labelled what is not there', async () => {
    const unknown = await evaluate('rules', '--compare', 'git:nowhere');
    expect([unknown.code, unknown.talk]).toEqual([2, expect.stringContaining('git knows no revision `nowhere` here')]);
    expect((await evaluate('rules', '--compare', 'git:--help')).code).toBe(2);
    const none = await evaluate('rules', '--compare', 'git:HEAD');
    expect([none.code, none.talk]).toEqual([
      2,
      expect.stringMatching(/neither a complete, valid run .* nor `.*mine\.json` committed there/),
    ]);
    expect(() => runs()).toThrow();
  });
});
