import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { vectorFiles } from '../../src/state/vector-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'pointsman-vectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesIn = (where: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .map((name) => join(where, name))
    .filter((path) => statSync(path).isFile());

test('gives back what was kept, bit for bit, to another process too', async () => {
  const vector = Float32Array.of(0.1, -3.5e-20, 7, 3.4e38);
  await vectorFiles(folder).write('a/b', 'hello', vector);
  expect(await vectorFiles(folder).read('a/b', 'hello')).toEqual(vector);
});

test('keeps texts, and spaces, apart: lone surrogates and separators included', async () => {
  const store = vectorFiles(folder);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { maxLength: 4, selector: String }),
      async (keys) => {
        for (const [at, [space, text]] of keys.entries()) await store.write(space, text, Float32Array.of(at + 1));
        for (const [at, [space, text]] of keys.entries()) expect(await store.read(space, text)).toEqual(Float32Array.of(at + 1));
      },
    ),
    {
      numRuns: 20,
      seed: 3,
      examples: [
        [
          [
            ['s', '\ud800'],
            ['s', '\udbff'],
            ['a', 'b"c'],
            ['a"b', 'c'],
          ],
        ],
      ],
    },
  );
});

test('what nobody kept is not there', async () => {
  expect(await vectorFiles(folder).read('a/b', 'never')).toBeNull();
  expect(await vectorFiles(join(folder, 'no such folder')).read('a/b', 'hello')).toBeNull();
});

test('F-37 whatever befell a file, it is read right or not at all', async () => {
  const own = mkdtempSync(join(tmpdir(), 'pointsman-vectors-'));
  const store = vectorFiles(own);
  await store.write('s', 't', Float32Array.of(1, 2, 3));
  const [path] = filesIn(own) as [string];
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length));
    expect(await store.read('s', 't')).toBeNull();
  }
  for (let at = 0; at < whole.length; at++) {
    const altered = Buffer.from(whole);
    altered[at] = (altered[at] as number) ^ 0x10;
    writeFileSync(path, altered);
    expect(await store.read('s', 't')).toBeNull();
  }
  await store.write('s', 't', Float32Array.of(4));
  expect(await store.read('s', 't')).toEqual(Float32Array.of(4));
  rmSync(own, { recursive: true });
});

test('writers at once leave one whole vector and no drafts', async () => {
  const own = mkdtempSync(join(tmpdir(), 'pointsman-vectors-'));
  const writers = Array.from({ length: 20 }, (_, at) => vectorFiles(own).write('s', 't', new Float32Array(500).fill(at)));
  await Promise.all(writers);
  const found = await vectorFiles(own).read('s', 't');
  expect(new Set(found)).toHaveLength(1);
  expect(filesIn(own)).toHaveLength(1);
  rmSync(own, { recursive: true });
});

test('a folder that cannot be made rejects, so that the caller decides', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  await expect(vectorFiles(file).write('s', 't', Float32Array.of(1))).rejects.toThrow();
});

test('nothing of the text is in the names or the bytes', async () => {
  const own = mkdtempSync(join(tmpdir(), 'pointsman-vectors-'));
  await vectorFiles(own).write('s', 'secret', Float32Array.of(1));
  const [path] = filesIn(own) as [string];
  expect(`${path}${readFileSync(path, 'latin1')}`).not.toContain('secret');
  rmSync(own, { recursive: true });
});
