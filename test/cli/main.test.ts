import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { EXIT_CODES } from '../../src/cli/help.ts';
import { progress } from '../../src/cli/progress.ts';
import { ERROR_EXIT_CODES } from '../../src/core/errors.ts';
import { run } from './io.ts';

const bin = join(inject('built'), 'cli/bin.js');

describe('the command line', () => {
  it.each([['help'], ['--help'], []])('prints help for `%s`', async (...argv) => {
    const { code, out, talk } = await run(argv);
    expect([code, talk]).toEqual([0, '']);
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name} `);
    for (const [exit] of EXIT_CODES) expect(out).toContain(`  ${exit} `);
  });

  it.each(COMMANDS.map(({ name }) => name))('declares no flag of `%s` twice', (name) => {
    const names = (COMMANDS.find((command) => command.name === name)?.flags ?? []).map((flag) => flag.name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(COMMANDS.map(({ name }) => name))('prints every flag of `%s`, by `help` and by `--help` alike', async (name) => {
    const { out } = await run(['help', name]);
    for (const flag of COMMANDS.find((command) => command.name === name)?.flags ?? []) expect(out).toContain(`--${flag.name}`);
    expect((await run([name, '--help'])).out).toBe(out);
  });

  it('prints the version of the package', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['an unknown command', ['rout'], /unknown command `rout`; did you mean `route`\?/],
    ['an unknown second word', ['data', 'chek', 'x'], /unknown command `data chek`; did you mean `data check`\?/],
    ['a first word alone', ['data'], /unknown command `data`\n {2}use one of data import/],
    ['an unknown flag', ['route', 'x', '--polcy', 'a'], /unknown flag `--polcy`; did you mean `--policy`\?/],
    ['a flag without its value', ['route', 'x', '--pool'], /pool/],
    ['a number that is none', ['route', 'x', '--max-usd', '1,5'], /--max-usd: expected a number, found `1,5`/],
    ['a number out of range', ['route', 'x', '--min-quality', '7'], /--min-quality: expected 0 to 1, found `7`/],
    ['a choice that is none', ['route', 'x', '--classifier', 'gpt'], /--classifier: expected one of embedded, .*`gpt`/],
    ['a number with its sign out of range', ['eval', '--max-usd', '-1'], /--max-usd: expected at least 0, found `-1`/],
    ['a flag in place of a value', ['classify', '--in', '--skip-bad'], /`--in` has no value; .* `--in=-…`/],
    ['no text', ['route'], /either a text or `--request FILE`/],
    ['no text and no file', ['classify'], /either a text or `--in FILE`, found neither/],
    ['two texts', ['route', 'a', 'b'], /found 2: quote it/],
    ['a stray word', ['eval', 'dev'], /takes flags alone, found `dev`/],
    ['a flag that would do nothing', ['eval', '--strong', 'a/b'], /--strong: does nothing without --outcomes/],
    ['a flag beside one that makes it idle', ['eval', '--data', 'x.csv', '--outcomes', 'y'], /--data: does nothing beside --outcomes/],
    ['another verb of models', ['models', 'delete'], /models refresh/],
  ])('%s is a usage error: exit code 2, advice on standard error, nothing on standard output', async (_, argv, message) => {
    const { code, out, talk } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(talk).toMatch(message);
    expect(talk).toContain('[options.invalid]');
  });

  it('lists every bad flag at once', () => {
    expect(() =>
      parseFlags(
        ['--a', 'x', '--b', 'y'],
        [
          { name: 'a', kind: 'integer', help: '' },
          { name: 'b', kind: 'number', help: '' },
        ],
        'test',
      ),
    ).toThrow(/2 problem\(s\):\n.*--a.*\n.*--b/);
  });

  it('with --json, errors are JSON too', async () => {
    const { code, out, talk } = await run(['route', '--json']);
    expect([code, out]).toEqual([2, '']);
    expect(JSON.parse(talk)).toMatchObject({ error: { code: 'options.invalid', message: expect.any(String), advice: expect.any(String) } });
  });

  it('documents every exit code an error can end with', () => {
    const documented = EXIT_CODES.map(([code]) => code);
    expect([...new Set(Object.values(ERROR_EXIT_CODES))].filter((code) => !documented.includes(code))).toEqual([]);
  });

  it('reports a bug of its own with code 70 and the trace', async () => {
    const { code, talk } = await run(['help'], { out: () => Promise.reject(new TypeError('our bug')) });
    expect(code).toBe(70);
    expect(talk).toMatch(/unexpected error[\s\S]*our bug/);
  });

  it('F-58: is quiet and content when the reader has gone', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const { code, talk } = await run(['help'], { out: () => Promise.reject(gone) });
    expect([code, talk]).toEqual([0, '']);
  });

  it('F-58: ends quietly as a process when the reader closes the pipe', async () => {
    const child = spawn(process.execPath, [bin, 'classify', '--in', '-', '--format', 'jsonl'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdin.on('error', () => {});
    child.stdout.once('data', () => child.stdout.destroy());
    for (let id = 0; id < 20_000; id++) child.stdin.write(`{"id":${id},"text":"row"}\n`);
    child.stdin.end();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(errors).not.toContain('Error');
    expect(code).toBe(0);
  });

  it('is a program that ends with the exit code of its command', () => {
    expect(spawnSync(process.execPath, [bin, 'nonsense'], { encoding: 'utf8' })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('nonsense'),
    });
  });
});

describe('progress', () => {
  it('is silent for a second, then tells at most once a second', () => {
    let now = 0;
    const told: string[] = [];
    const tell = progress({ monotonic: () => now, talk: (text: string) => told.push(text) } as never, 'did', 'things');
    for (now = 0; now <= 3_400; now += 200) tell(now);
    expect(told).toEqual(['did 1,000 things (1,000/s)\n', 'did 2,000 things (1,000/s)\n', 'did 3,000 things (1,000/s)\n']);
  });
});
