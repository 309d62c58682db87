import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cascade } from '../../src/classify/cascade.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { openaiProvider } from '../../src/providers/openai.ts';
import { ask, stubClassifier } from '../contracts/classifier.ts';
import {
  answering,
  type Behaviour,
  completion,
  failing,
  headersOnly,
  json,
  resetting,
  silent,
  startUpstream,
  type Upstream,
} from '../servers/upstream.ts';
import { answerOf, BOUNDARY, llmOver } from './llm-kit.ts';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream(silent);
});
afterAll(() => upstream.close());

const HARD = answerOf('high', 'math', 'low');
const timeout = (ms: number) => AbortSignal.timeout(ms);
/** Long enough for a loopback answer on a busy machine, short enough to wait for. */
const DEADLINE_MS = 300;

function classifiers(deadlineMs = 10_000) {
  const provider = openaiProvider({ name: 'local', baseUrl: upstream.url, apiKey: 'k-123456' });
  const llm = llmOver(provider, { deadlineMs });
  const first = stubClassifier('first', { complexity: 'medium', confidence: 0.5 });
  return { llm, both: cascade({ taxonomy: defaultTaxonomy, first, second: llm, timeout, breaker: { monotonic: () => 0 } }) };
}

const message = (extra: Record<string, unknown>, finish = 'stop') =>
  json(completion('', { choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: null, ...extra } }] }));

const FAULTS: readonly [string, Behaviour, string, string, number?][] = [
  ['F-31 invalid JSON', answering('{"complexity": "low"'), 'classify.bad-answer', 'failed'],
  ['F-31 JSON in prose', answering(`Sure! ${HARD}`), 'classify.bad-answer', 'failed'],
  ['F-31 a trailing comma', answering(HARD.replace('}', ',}')), 'classify.bad-answer', 'failed'],
  ['F-32 a refusal', message({ refusal: 'I cannot.' }), 'classify.refused', 'refused'],
  ['F-32 an empty answer', answering(''), 'classify.refused', 'refused'],
  ['F-32 a text refused with status 400', failing(400, 'content_filter triggered'), 'classify.refused', 'refused'],
  ['F-33 an unknown value', answering(answerOf('trivial', 'math', 'none')), 'classify.bad-answer', 'failed'],
  ['F-33 a key twice', answering('{"complexity":"low","complexity":"low","domain":"math","risk":"low"}'), 'classify.bad-answer', 'failed'],
  ['F-33 a value in capitals', answering(HARD.toUpperCase()), 'classify.bad-answer', 'failed'],
  ['F-34 silence', silent, 'classify.timeout', 'timeout', DEADLINE_MS],
  ['F-35 an event stream in place of an answer', headersOnly, 'classify.failed', 'failed'],
  [
    'F-34 half a body, then silence',
    ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":['),
    'classify.timeout',
    'timeout',
    DEADLINE_MS,
  ],
  ['F-35 status 429', failing(429), 'classify.failed', 'failed'],
  ['F-35 status 500', failing(500), 'classify.failed', 'failed'],
  ['F-35 a reset socket', resetting, 'classify.failed', 'failed'],
  [
    'F-35 a page of HTML',
    ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hi</h1>'),
    'classify.failed',
    'failed',
  ],
  ['F-35 status 401', failing(401), 'classify.failed', 'failed'],
  ['F-36 the boundary', answering(BOUNDARY), 'classify.bad-answer', 'failed'],
  [
    'F-36 an echo of the prompt',
    ({ body, ...rest }) => answering((body.messages as { content: string }[])[0]?.content ?? '')({ body, ...rest }),
    'classify.bad-answer',
    'failed',
  ],
  [
    'F-36 a tool call',
    message({ tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] }, 'tool_calls'),
    'classify.bad-answer',
    'failed',
  ],
];

describe('llm over a real socket', () => {
  test('labels, sending one call and no more', async () => {
    upstream.behave(answering(HARD));
    const before = upstream.calls();
    const { label, source } = await classifiers().llm.classify(ask('prove it'));
    expect(label.complexity.value).toBe('high');
    expect(source).toMatchObject({ model: 'local/small', usage: { input: 10, cachedInput: 4, output: 3 } });
    expect(upstream.calls()).toBe(before + 1);
  });

  test('finds what the endpoint takes, once', async () => {
    upstream.behave((exchange) => {
      const format = (exchange.body.response_format as { type?: string } | undefined)?.type;
      return (format === 'json_schema' ? failing(400, "'json_schema' is not supported") : answering(HARD))(exchange);
    });
    const before = upstream.calls();
    const { llm } = classifiers();
    await llm.classify(ask('one'));
    await llm.classify(ask('two'));
    expect(upstream.calls()).toBe(before + 3);
  });

  test.each(FAULTS)('%s', async (_, behaviour, code, reason, deadlineMs) => {
    upstream.behave(behaviour);
    const before = upstream.calls();
    const { llm, both } = classifiers(deadlineMs);
    await expect(llm.classify(ask('hi'))).rejects.toMatchObject({ code });
    expect(upstream.calls()).toBe(before + 1);
    const { label } = await both.classify(ask('hi'));
    expect(label.complexity).toMatchObject({ value: 'medium', unsure: reason });
  });

  test('F-34 hangs up on the endpoint when the deadline has passed', async () => {
    upstream.behave(silent);
    const before = upstream.aborted();
    await expect(classifiers(DEADLINE_MS).llm.classify(ask('hi'))).rejects.toMatchObject({ code: 'classify.timeout' });
    await expect.poll(() => upstream.aborted()).toBe(before + 1);
  });

  test('F-35 serves every request while the endpoint is down', async () => {
    upstream.behave(failing(500));
    const { both } = classifiers();
    const before = upstream.calls();
    const labels = [];
    for (let request = 0; request < 30; request++) labels.push((await both.classify(ask(`request ${request}`))).label.complexity.value);
    expect(labels).toEqual(Array(30).fill('medium'));
    expect(upstream.calls() - before).toBe(5);
  });
});
