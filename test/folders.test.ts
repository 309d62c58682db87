import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchPriceList } from '../src/config/catalogue/fetch.ts';
import { makeFolders, replaceFile } from '../src/folders.ts';
import { jsonlRecorder } from '../src/record/jsonl.ts';
import { vectorFiles } from '../src/state/vector-files.ts';
import { folder, run } from './cli/io.ts';

const ROW = '{"id":"a","text":"hi"}\n';

describe('a folder that is to be made', () => {
  it('is made with its parents, and may be there already', () => {
    const base = folder();
    makeFolders(join(base, 'a/b/c'));
    makeFolders(join(base, 'a/b/c'));
    expect(readdirSync(join(base, 'a/b'))).toEqual(['c']);
  });

  it.each([
    ['below a file', (base: string) => join(base, 'file/x/y'), 'part of its path is a file'],
    ['where a file is', (base: string) => join(base, 'file'), 'a file of that name'],
  ])('%s is refused in words', (_, path, why) => {
    const base = folder();
    writeFileSync(join(base, 'file'), '');
    expect(() => makeFolders(path(base))).toThrow(
      expect.objectContaining({ code: 'output.unwritable', message: expect.stringContaining(why) }),
    );
  });

  it.runIf(process.platform === 'linux')('where the system lets nothing be made is refused, not tried without end', () => {
    expect(() => makeFolders('/proc/x/y')).toThrow(expect.objectContaining({ code: 'output.unwritable', where: '/proc/x/y' }));
  });
});

describe('a file that is written whole', () => {
  it('is another file than the one there was, also behind a link, and nothing is left beside it', () => {
    const base = folder();
    const [path, kept, link] = ['a.bin', 'kept.bin', 'link.bin'].map((name) => join(base, name)) as [string, string, string];
    replaceFile(path, 'old');
    linkSync(path, kept);
    symlinkSync(path, link);
    replaceFile(link, Uint8Array.of(110, 101, 119));
    expect([path, kept].map((file) => readFileSync(file, 'utf8'))).toEqual(['new', 'old']);
    expect([lstatSync(link).isSymbolicLink(), readdirSync(base)]).toEqual([true, ['a.bin', 'kept.bin', 'link.bin']]);
  });

  it.runIf(process.platform === 'linux')('goes into a pipe as it is, which stays one', () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDWR);
    replaceFile(pipe, 'said');
    const heard = Buffer.alloc(4);
    readSync(reader, heard);
    closeSync(reader);
    expect([heard.toString(), lstatSync(pipe).isFIFO()]).toEqual(['said', true]);
  });

  it('that cannot be written is told in words', () => {
    const base = folder();
    expect(() => replaceFile(base, '')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('there is a folder of that name') }),
    );
    expect(() => replaceFile(join(base, 'none/x'), '')).toThrow(expect.objectContaining({ where: join(base, 'none/x') }));
  });
});

describe.runIf(process.platform === 'linux')('where nothing can be made', () => {
  it('the recorder, the store of vectors and the copy of a price list say so', async () => {
    expect(() => jsonlRecorder('/proc/x/records.jsonl')).toThrow(
      expect.objectContaining({ code: 'record.failed', message: expect.stringContaining('nothing can be made there') }),
    );
    await expect(vectorFiles('/proc/x').write('s', 't', Float32Array.of(1))).rejects.toMatchObject({ code: 'output.unwritable' });
    const source = { from: 'http://x/', cacheFolder: '/proc/x', fresh: false, fetch: async () => new Response('{}'), now: () => 0 };
    await expect(fetchPriceList(source)).rejects.toMatchObject({ code: 'output.unwritable' });
  });
});

describe('an output that cannot be written', () => {
  it.each([
    ['below a file', 'file/x/y', 'part of `file/x` is a file'],
    ['in no folder', 'none/x', 'there is no folder `none`'],
  ])('%s is told by classify in words', async (_, out, why) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'file'), '');
    writeFileSync(join(cwd, 'in.jsonl'), ROW);
    const ran = await run(['classify', '--in', 'in.jsonl', '--out', out], { cwd });
    expect([ran.code, ran.talk.includes(why), ran.talk.includes('ENO')]).toEqual([2, true, false]);
  });

  it('is told by eval before a row is labelled', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'runs'));
    writeFileSync(join(cwd, 'runs/file'), '');
    const ran = await run(['eval', '--limit', '20', '--classifier', 'rules', '--runs', 'runs/file/x'], { cwd });
    expect([ran.code, ran.talk.includes('cannot make the folder'), ran.talk.includes('report it')]).toEqual([2, true, false]);
  });
});
