import { describe, expect, it } from 'vitest';
import { secretGuard } from '../../src/config/secret-build.ts';
import { type Answer, answerStore, type CacheMode, type Question } from '../../src/eval/answer-store.ts';
import { memoryFiles } from './helpers.ts';

const who = { classifier: 'llm', version: 'v1' };
const question = (text: string, more: Partial<Question> = {}): Question => ({
  who,
  what: { messages: [{ role: 'user', content: text }] },
  ...more,
});
const answer = (raw: unknown = 'low'): Answer => ({
  raw,
  model: 'wire-2026',
  usage: { input: 10, cachedInput: 4, output: 3, reasoning: null },
  usd: 0.01,
  latencyMs: 120,
});
const guard = secretGuard({ OPENAI_API_KEY: 'canary-of-this-environment', HOME: '/home/somebody' });
const storeOn = (files: ReturnType<typeof memoryFiles>, mode: CacheMode = 'use', refused: string[] = []) =>
  answerStore({ mode, folder: 'c', guard, onRefused: (about) => refused.push(about) }, files);
const written = (files: ReturnType<typeof memoryFiles>) => [...files.all.values()].join('');

describe('a recording', () => {
  it('keeps the answer, the model that gave it, its tokens, list cost and latency, and the question to know it by', async () => {
    const files = memoryFiles();
    await storeOn(files).ask(question('hi'), async () => answer(), 'a');
    expect(JSON.parse(written(files))).toEqual({ v: 1, repeat: 0, ...answer(), ...question('hi') });
    expect(await storeOn(files, 'only').ask(question('hi'), () => Promise.reject(new Error('asked')), 'a')).toEqual({
      ...answer(),
      cached: true,
    });
  });

  it.each([
    ['a key of this environment', 'my key is canary-of-this-environment'],
    ['a published shape of key', 'use AKIAABCDEFGHIJKLMNOP now'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----'],
    ['a password being assigned', 'password = hunter2hunter2x'],
  ])('is redacted where the question holds %s, and found again all the same', async (_, text) => {
    const files = memoryFiles();
    await storeOn(files).ask(question(text), async () => answer(), 'a');
    expect(written(files)).toContain('[secret]');
    expect(written(files)).not.toMatch(/canary|AKIAABC|MIIabc|hunter2/);
    expect((await storeOn(files, 'only').ask(question(text), async () => answer('asked'), 'a')).raw).toBe('low');
  });

  it('is not written when the answer holds what looks like a secret; that is told, and asked again next time', async () => {
    const files = memoryFiles();
    const refused: string[] = [];
    const store = storeOn(files, 'use', refused);
    let calls = 0;
    for (let time = 0; time < 2; time++)
      await store.ask(
        question('hi'),
        async () => {
          calls++;
          return answer('your key is AKIAABCDEFGHIJKLMNOP');
        },
        'row 7',
      );
    expect([calls, refused, files.all.size]).toEqual([2, ['row 7', 'row 7'], 0]);
  });
});

describe('a miss under `only`', () => {
  const missOf = async (recorded: readonly Question[], asked: Question) => {
    const files = memoryFiles();
    for (const each of recorded) await storeOn(files).ask(each, async () => answer(), 'a');
    return storeOn(files, 'only')
      .ask(asked, async () => answer('asked'), 'row r7')
      .then(
        () => 'found',
        (error: Error) => error.message,
      );
  };

  it('shows what differs in who is asked when the question is known', async () => {
    const told = await missOf([question('hello there'), question('other')], question('hello there', { who: { ...who, version: 'v2' } }));
    expect(told).toContain('row r7');
    expect(told).toContain('the nearest of 2 recordings differs in:');
    expect(told).toContain('version: was "v1", is "v2"');
    expect(told).not.toContain('question:');
  });

  it('shows where the nearest question begins to differ', async () => {
    const told = await missOf([question('write a poem on ships'), question('prove it')], question('write a poem on trains'));
    expect(told).toContain('question: was …');
    expect(told).toMatch(/poem on ships[\s\S]*poem on trains/);
  });

  it('shows no secret of the question, tells another repeat, and says when nothing is recorded', async () => {
    expect(await missOf([question('use AKIAABCDEFGHIJKLMNOP')], question('use AKIAABCDEFGHIJKLMNOQ please'))).not.toContain('AKIA');
    expect(await missOf([question('hi')], question('hi', { repeat: 2 }))).toContain('repeat: was 0, is 2');
    expect(await missOf([], question('hi'))).toContain('nothing is recorded there');
  });
});
