import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { localSource, predictionOf } from '../../src/core/label.ts';
import { loadPredictions } from '../../src/eval/predictions.ts';
import { labelOf, memoryFiles } from './helpers.ts';

const line = (id: string) => JSON.stringify(predictionOf(id, { label: labelOf({ complexity: 'high' }), source: localSource('theirs') }));
const load = (text: string) => loadPredictions('p/out.jsonl', defaultTaxonomy, memoryFiles({ 'p/out.jsonl': text }));
const ask = (id: string) => ({ id, messages: [{ role: 'user' as const, content: 'x' }] });

describe('predictions from a file', () => {
  it('answer by id, under the name of the classifier that wrote them, at unknown cost', async () => {
    const classifier = load(`${line('a')}\n${line('b')}\n`);
    expect(classifier.name).toBe('theirs');
    const { label, source } = await classifier.classify(ask('b'));
    expect(label.complexity).toMatchObject({ value: 'high', unsure: null });
    expect(source.usd).toBeNull();
  });

  it('fail for a row they do not hold', async () => {
    await expect(load(line('a')).classify(ask('z'))).rejects.toMatchObject({ code: 'classify.failed' });
  });

  it.each([
    ['not JSON', 'nonsense'],
    ['a wrong value', line('a').replace('"high"', '"hard"')],
    ['an extra key', line('a').replace('{"id"', '{"extra":1,"id"')],
    ['the same id twice', `${line('a')}\n${line('a')}`],
  ])('refuse %s, naming the line', (_name, text) => {
    expect(() => load(text)).toThrow(/out\.jsonl:[12]/);
  });

  it('say which field of the line is wrong', () => {
    expect(() => load(line('a').replace('"high"', '"hard"'))).toThrow(
      /out\.jsonl:1: label\.complexity\.value: expected one of low, .*found `hard`/,
    );
  });
});
