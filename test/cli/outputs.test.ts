import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { specialists, tableFiles } from '../eval/table/helpers.ts';
import { labelling } from '../servers/labelling.ts';
import { ASK, environment, startsUpstream, upstream, workplace } from './eval-paid-helpers.ts';
import { run } from './io.ts';

startsUpstream();

let cwd: string;
const at = (...argv: string[]) => run(argv, { cwd, env: environment(), fetch: globalThis.fetch });

beforeEach(() => {
  upstream.behave(labelling());
  cwd = workplace();
  mkdirSync(join(cwd, 'folder'));
  writeFileSync(join(cwd, 'file'), '');
  writeFileSync(join(cwd, 'evals'), '');
  mkdirSync(join(cwd, 't'));
  for (const [name, content] of tableFiles(specialists(40)).all) writeFileSync(join(cwd, name), content);
});

describe('an output that cannot be written ends with 2 before anything is spent', () => {
  it.each<[string, string[]]>([
    ['a file in the place of the runs', [...ASK, '--runs', 'file']],
    ['runs below a file', [...ASK, '--runs', 'file/x']],
    ['answers kept below a file', [...ASK, '--cache-folder', 'file/x']],
    ['answers kept in a file', [...ASK, '--cache-folder', 'file']],
    ['a baseline below a file', [...ASK, '--bless']],
    ['attacks below a file', [...ASK.slice(0, 5), '--suite', 'robustness', '--max-usd', '1', '--limit', '2', '--cache-folder', 'file/x']],
    ['labels in a folder', ['classify', '--in', 'mine.csv', '--classifier', 'llm', '--out', 'folder']],
    ['labels below a file', ['classify', '--in', 'mine.csv', '--classifier', 'llm', '--out', 'file/x']],
    ['a policy in a folder', ['fit', '--outcomes', 't/fake', '--out', 'folder']],
    ['weights in a folder', ['train', '--project', 'none', '--out', 'folder']],
    ['splits below a file', ['data', 'split', 'mine.csv', '--out', 'file/x']],
    ['a project below a file', ['init', 'file/x']],
  ])('%s', async (_, argv) => {
    const before = upstream.calls();
    const { code, out, talk } = await at(...argv);
    expect([code, out, upstream.calls() - before]).toEqual([2, '', 0]);
    expect(talk).toMatch(/cannot (write|make the folder) `.*\[output\.unwritable\]/s);
    expect(talk).not.toMatch(/ENO|training|fitting .* … *\n.*took/);
  });
});
