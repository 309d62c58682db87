import { describe, expect, it } from 'vitest';
import type { Classifier, Recorder } from '../src/core/contracts.ts';
import { RouterError } from '../src/core/errors.ts';
import { type AxisLabel, axisLabel, localSource } from '../src/core/label.ts';
import type { RouteRecord } from '../src/core/record.ts';
import { classifyAndRoute, createRouter, defaultTaxonomy, defineTaxonomy } from '../src/index.ts';

const sure = (value: string, values: readonly string[]): AxisLabel => {
  const rest = 0.04 / (values.length - 1);
  return axisLabel(Object.fromEntries(values.map((each) => [each, each === value ? 0.96 : rest])));
};
const LEVELS = ['low', 'medium', 'high'];
const DOMAINS = Object.keys(defaultTaxonomy.domain.values);

/** A classifier that always says the same, and remembers what it was asked. */
function saying(complexity: string, domain: string, risk: string): Classifier & { asked: string[] } {
  const asked: string[] = [];
  return {
    name: 'said',
    asked,
    async classify(request) {
      asked.push(JSON.stringify(request.messages));
      const label = { complexity: sure(complexity, LEVELS), domain: sure(domain, DOMAINS), risk: sure(risk, LEVELS) };
      return { label: label as never, source: localSource('said') };
    },
  };
}

const failing = (error: unknown): Classifier => ({ name: 'broken', classify: () => Promise.reject(error) });

function memory(): Recorder & { records: RouteRecord[]; closed: number } {
  const kept = {
    records: [] as RouteRecord[],
    closed: 0,
    async record(record: RouteRecord) {
      kept.records.push(record);
    },
    async close() {
      kept.closed++;
    },
  };
  return kept;
}

describe('classifyAndRoute', () => {
  it('labels and routes a text with no key, no options and no network', async () => {
    const route = await classifyAndRoute('Fix this Python function, it raises KeyError');
    expect(route.label.domain.value).toBe('code');
    expect(route.source).toMatchObject({ classifier: expect.stringContaining('embedded'), usd: 0, model: null });
    if (route.kind !== 'chosen') throw new Error(route.advice);
    expect(route.model).toMatch(/^[a-z]+\/\S+$/);
    expect(route.candidates[0]?.model).toBe(route.model);
  });

  it('takes overrides of one call, strictly', async () => {
    const route = await classifyAndRoute('Translate to French: good morning', { pool: 'translation' });
    expect(route.kind === 'chosen' && route.pools).toEqual(['translation']);
    await expect(classifyAndRoute('x', { pol: 'translation' } as never)).rejects.toMatchObject({ code: 'options.invalid' });
    await expect(classifyAndRoute('x', { pool: 'no-such-pool' })).rejects.toBeInstanceOf(RouterError);
  });
});

describe('a router', () => {
  it('gives label, label with source, route and explanation of the same request', async () => {
    const recorder = memory();
    const router = createRouter({ classifier: saying('low', 'code', 'low'), recorder });
    expect((await router.classify('x')).domain.value).toBe('code');
    expect((await router.classifyWithSource('x')).source.classifier).toBe('said');
    const route = await router.route({ id: 'mine', messages: [{ role: 'user', content: 'x' }] });
    expect(route.requestId).toBe('mine');
    const explanation = await router.explain('x');
    expect(explanation.route).toMatchObject({ kind: 'chosen', pools: route.pools });
    expect(explanation.candidates.map(({ model }) => model)).toContain(route.kind === 'chosen' ? route.model : '');
    expect(explanation.text).toContain('domain code 0.96');
    expect(recorder.records).toHaveLength(1);
  });

  it('explains every model that was passed over, with the reason', async () => {
    const router = createRouter({ classifier: saying('low', 'general', 'high') });
    const { text, skipped, route } = await router.explain('x', { candidates: ['deepseek/deepseek-v4-flash', 'anthropic/claude-opus-4-8'] });
    expect(route.kind).toBe('chosen');
    expect(skipped).toMatchObject([{ model: 'deepseek/deepseek-v4-flash', reason: 'risk-clearance' }]);
    expect(text).toContain('deepseek/deepseek-v4-flash: risk-clearance');
  });

  it('explains a refusal with what to change', async () => {
    const router = createRouter({ classifier: saying('low', 'general', 'high') });
    const { text, route, candidates } = await router.explain('x', { candidates: ['deepseek/deepseek-v4-flash'] });
    expect(route).toMatchObject({ kind: 'refused', why: 'no-model-for-risk' });
    expect(candidates).toEqual([]);
    expect(text).toMatch(/^refused +no-model-for-risk\nadvice +add a model/);
  });

  it.each([
    ['a timeout', new RouterError('classify.timeout', 'late', { advice: '' }), 'timeout'],
    ['a refusal', new RouterError('classify.refused', 'no', { advice: '' }), 'refused'],
    ['anything else', new TypeError('bug'), 'failed'],
  ])('turns %s of the classifier into an unsure label and still routes', async (_, error, reason) => {
    const router = createRouter({ classifier: failing(error) });
    const route = await router.route('x');
    expect(route.label.complexity.unsure).toBe(reason);
    expect(route.kind).toBe('chosen');
  });

  it('gives a classifier of yours the time it was allowed, and no more', async () => {
    let aborted = false;
    const slow: Classifier = {
      name: 'slow',
      classify: (_, signal) =>
        new Promise((__, reject) => {
          signal?.addEventListener('abort', () => {
            aborted = true;
            reject(new RouterError('classify.timeout', 'late', { advice: '' }));
          });
        }),
    };
    const label = await createRouter({ classifier: slow, classifyTimeoutMs: 5 }).classify('x');
    expect([aborted, label.risk.unsure]).toEqual([true, 'timeout']);
  });

  it('does not wait for a classifier of yours that takes no notice of the signal', async () => {
    const deaf: Classifier = { name: 'deaf', classify: () => new Promise(() => undefined) };
    const alive = setInterval(() => undefined, 1_000);
    const { complexity } = await createRouter({ classifier: deaf, classifyTimeoutMs: 5 }).classify('x');
    clearInterval(alive);
    expect(complexity.unsure).toBe('timeout');
  });

  it.each([
    ['no label', { label: 5 }],
    ['a value the taxonomy does not have', { label: { complexity: { value: 'easy', confidence: 1, probabilities: {} } } }],
    ['nothing', undefined],
  ])('takes %s from a classifier of yours for a failure, not for a label', async (_, answer) => {
    const careless = { name: 'careless', classify: async () => answer } as unknown as Classifier;
    const route = await createRouter({ classifier: careless }).route('x');
    expect([route.kind, route.label.risk.unsure, route.source.flags]).toEqual(['chosen', 'failed', ['failed:classify.bad-answer']]);
  });

  it('fills in the probabilities a classifier of yours leaves out, and says which axes it did not score', async () => {
    const short = { name: 'short', classify: async () => ({ label: { domain: axisLabel({ code: 1 }) }, source: localSource('short') }) };
    const label = await createRouter({ classifier: short as unknown as Classifier }).classify('x');
    expect(label.domain).toMatchObject({ value: 'code', unsure: null, probabilities: { code: 1, law: 0 } });
    expect([label.complexity.unsure, label.risk.unsure]).toEqual(['not-scored', 'not-scored']);
  });

  it('refuses every call after `close`, which closes the recorder once', async () => {
    const recorder = memory();
    const router = createRouter({ classifier: saying('low', 'code', 'low'), recorder });
    await router.close();
    await router[Symbol.asyncDispose]();
    expect(recorder.closed).toBe(1);
    for (const call of [router.classify('x'), router.classifyWithSource('x'), router.route('x'), router.explain('x')])
      await expect(call).rejects.toMatchObject({ code: 'router.closed' });
  });

  it('is put away by `await using`', async () => {
    const recorder = memory();
    {
      await using router = createRouter({ classifier: saying('low', 'code', 'low'), recorder });
      await router.route('x');
    }
    expect(recorder.closed).toBe(1);
  });

  it.each([
    ['null', null],
    ['an array', []],
    ['nothing', undefined],
    ['no messages', {}],
    ['empty messages', { messages: [] }],
    ['a message without a role', { messages: [{ content: 'x' }] }],
  ])('F-63: refuses %s with `input.invalid`', async (_, input) => {
    await expect(classifyAndRoute(input as never)).rejects.toMatchObject({
      code: 'input.invalid',
      advice: expect.stringContaining('messages'),
    });
  });

  it.each(['', '   ', '\n\t'])('F-63: empty content %j is passed, and its label is unsure', async (text) => {
    const route = await classifyAndRoute(text);
    expect(route.label.complexity.unsure).toBe('empty');
    expect(route.kind).toBe('chosen');
  });

  it('F-64: reads a text of 10,000,000 characters, and says what it did not read', async () => {
    const label = (await classifyAndRoute(`fix this loop ${'word '.repeat(1_999_990)}`)).label;
    expect(label.risk.unsure).toBe('beyond-limit');
    expect(label.risk.value).not.toBe('low');
  });

  it('F-64: refuses what is too large, too many, too deep or too wide', async () => {
    const user = { role: 'user', content: 'x' };
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const wide = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, 1]));
    const tool = (parameters: unknown) => ({ messages: [user], tools: [{ type: 'function', function: { name: 'f', parameters } }] });
    for (const input of [
      'x'.repeat(10_485_761),
      { messages: Array(50_000).fill(user) },
      tool({ deep }),
      tool(wide),
      { messages: [user], ...wide },
    ])
      await expect(classifyAndRoute(input as never)).rejects.toMatchObject({ code: 'input.too-large' });
  });

  it.each([
    ['a lone surrogate', 'a\ud800b'],
    ['NUL', 'a\0b'],
    ['U+2028', 'a\u2028b'],
    ['a byte order mark', '\ufeffab'],
    ['a right-to-left override', 'a\u202eb'],
  ])('F-65: accepts %s and hands it to the classifier unchanged', async (_, text) => {
    const classifier = saying('low', 'code', 'low');
    await createRouter({ classifier }).route(text);
    expect(classifier.asked).toEqual([JSON.stringify([{ role: 'user', content: text }])]);
    expect((await classifyAndRoute(text)).kind).toBe('chosen');
  });

  it('F-65: texts that differ in a lone surrogate have different hashes in their records', async () => {
    const recorder = memory();
    const router = createRouter({ classifier: saying('low', 'code', 'low'), recorder });
    for (const text of ['a\ud800', 'a\udbff', 'a\ufffd']) await router.route(text);
    expect(new Set(recorder.records.map(({ textHash }) => textHash)).size).toBe(3);
    expect(recorder.records.every(({ text }) => text === undefined)).toBe(true);
  });
});

describe('a taxonomy of your own', () => {
  const value = (meaning: string) => ({ meaning, examples: [] });
  const taxonomy = defineTaxonomy({
    ...defaultTaxonomy,
    urgency: { question: 'How soon?', ordered: true, reads: 'view', values: { later: value('can wait'), now: value('cannot') } },
  });

  it('adds an axis, which the shipped weights leave unsure and the shipped policy does not mind', async () => {
    const route = await createRouter({ taxonomy }).route('Fix this Python function');
    expect(route.label.urgency.unsure).toBe('not-scored');
    expect(route.label.domain.value).toBe('code');
    expect(route.kind).toBe('chosen');
  });

  it('that drops the shipped axes needs a policy of its own, and says so', () => {
    const { urgency } = taxonomy;
    expect(() => createRouter({ taxonomy: { urgency } })).toThrow(/shipped policy does not fit a taxonomy of urgency/);
  });
});
