import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { loadExamples } from '../../src/config/examples.ts';
import { packageFile } from '../../src/config/files.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';

const folder = mkdtempSync(join(tmpdir(), 'pointsman-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const CSV = 'id,text,domain,note\n1,"is this clause binding, really?",law,x\n2,fix my regex,code,\n3,no label,,\n';
const JSONL = '{"text":"is this clause binding, really?","domain":"law"}\n\n{"text":"fix my regex","domain":"code","id":7}\n';
const FOUND = { domain: { law: ['is this clause binding, really?'], code: ['fix my regex'] } };

describe('examples are read', () => {
  test.each<[string, string | Uint8Array]>([
    ['a.csv', CSV],
    ['bom.CSV', `\uFEFF${CSV.replaceAll('\n', '\r\n')}`],
    ['a.csv.gz', gzipSync(CSV)],
    ['a.jsonl', JSONL],
    ['a.jsonl.gz', gzipSync(JSONL)],
  ])('from %s', async (name, content) => {
    expect(await loadExamples(file(name, content))).toEqual(FOUND);
  });

  test('of conversations by their latest user turn', async () => {
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'Hi!' },
      { role: 'user', content: 'fix my regex' },
    ];
    const cell = JSON.stringify(messages).replaceAll('"', '""');
    const expected = { domain: { code: ['fix my regex'] } };
    expect(await loadExamples(file('turns.csv', `text,domain\n"${cell}",code\n`))).toEqual(expected);
    for (const row of [{ messages }, { text: messages }])
      expect(await loadExamples(file('turns.jsonl', JSON.stringify({ ...row, domain: 'code' })))).toEqual(expected);
  });

  test('from the shipped requests', async () => {
    const found = await loadExamples(packageFile('datasets/requests/dev.csv'));
    expect(Object.keys(found)).toEqual(['complexity', 'domain', 'risk']);
    expect(Object.keys(found.domain ?? {}).toSorted()).toEqual(Object.keys(defaultTaxonomy.domain.values).toSorted());
  });

  test('by the axes of another taxonomy', async () => {
    const urgency = {
      question: 'How soon?',
      ordered: true,
      reads: 'view',
      values: { later: { meaning: '', examples: [] }, now: { meaning: '', examples: [] } },
    } as const;
    const found = await loadExamples(file('urgency.csv', 'text,urgency\nhelp!,now\n'), { urgency });
    expect(found.urgency?.now).toEqual(['help!']);
  });
});

describe('a bad file', () => {
  const failure = async (name: string, content: string | Uint8Array) => loadExamples(file(name, content)).catch((error: unknown) => error);

  test('lists what is wrong by line', async () => {
    const error = await failure('bad.csv', 'text,domain,risk\nroses,gardening,low\n,law,\nfine,law,LOW\n');
    expect(error).toMatchObject({ code: 'dataset.invalid' });
    for (const part of ['bad.csv:2', 'gardening', 'bad.csv:3', 'bad.csv:4', 'LOW']) expect((error as Error).message).toContain(part);
  });

  test.each<[string, string | Uint8Array, string]>([
    ['ragged.csv', 'text,domain\na,law,extra\n', 'dataset.invalid'],
    ['quote.csv', 'text,domain\n"a,law\n', 'dataset.invalid'],
    ['empty.csv', '', 'dataset.invalid'],
    ['header.csv', 'text,domain\n', 'dataset.invalid'],
    ['axes.csv', 'text,kind\na,b\n', 'dataset.invalid'],
    ['lines.jsonl', '{"text":"a","domain":"law"}\n[1]\nnot json\n', 'dataset.invalid'],
    ['number.jsonl', '{"text":7,"domain":"law"}\n', 'dataset.invalid'],
    ['value.jsonl', '{"text":"a","domain":["law"]}\n', 'dataset.invalid'],
    ['name.txt', CSV, 'dataset.invalid'],
    ['bytes.csv', Uint8Array.of(0xff, 0xfe, 0x41), 'input.unreadable'],
    ['plain.csv.gz', CSV, 'input.unreadable'],
  ])('%s is refused by a code', async (name, content, code) => {
    expect(await failure(name, content)).toMatchObject({ name: 'RouterError', code });
  });

  test('that is not there is said so', async () => {
    await expect(loadExamples(join(folder, 'gone.csv'))).rejects.toMatchObject({ code: 'input.not-found' });
  });
});
