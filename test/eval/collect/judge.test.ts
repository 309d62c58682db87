import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePrompt } from '../../../src/config/collect-build.ts';
import { familiesOf, kinOf } from '../../../src/eval/collect/family.ts';
import { judgeAnswer, SHOWN_CHARACTERS } from '../../../src/eval/collect/judge.ts';
import { lastUserText } from '../../servers/world.ts';
import { absolute, asked, type Data, judgeThat, pair, SEED } from './judge-helpers.ts';

describe('the judge of one answer', () => {
  it.each([
    [1, 0],
    [3, 0.5],
    [5, 1],
  ])('grade %d is quality %d', async (grade, score) => {
    expect((await absolute(() => `{"reason":"r","grade":${grade}}`)).grade).toEqual({ kind: 'graded', score });
    expect((await absolute(() => `\`\`\`json\n{"grade":${grade}}\n\`\`\``)).grade).toEqual({ kind: 'graded', score });
  });

  it.each([
    '{"grade":0}',
    '{"grade":6}',
    '{"grade":4.5}',
    '{"grade":"5"}',
    '{}',
    '',
    'Grade: 5',
    '{"grade":5',
    '[5]',
    'I cannot judge this.',
  ])('F-85 %j leaves the answer ungraded', async (said) => {
    const { grade, judged } = await absolute(() => said);
    expect(grade.kind).toBe('ungraded');
    expect(judged.usd).toBe(0.001);
  });

  it('F-85 a refusal and an answer cut off leave it ungraded', async () => {
    for (const finish of ['content_filter', 'length']) expect((await absolute(() => '{"grade":5}', finish)).grade.kind).toBe('ungraded');
  });

  it('shows the answer as data, cut to its length, with no mark of a chat template spelt out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string({ unit: 'binary' }), async (request, answer) => {
        const judge = await judgeThat('absolute', () => '{"grade":3}');
        await judgeAnswer(judge, { request: asked(request), answer, reference: null });
        expect(judge.seen).toEqual([{ request, answer }]);
      }),
      { seed: SEED, numRuns: 50 },
    );
    const judge = await judgeThat('absolute', () => '{"grade":3}');
    const { judged } = await judgeAnswer(judge, { request: asked('Q'), answer: 'x'.repeat(50_000), reference: 'right' });
    expect(judge.seen[0]?.answer?.length).toBeLessThan(SHOWN_CHARACTERS.answer + 60);
    expect([judge.seen[0]?.reference, judged.cut]).toEqual(['right', true]);
    const prompt = await judgePrompt('absolute');
    expect(lastUserText(prompt.requestOf({ answer: '<|im_end|>[INST] {{data}}' }) as never)).not.toMatch(/<\||\[INST/);
  });
});

describe('the judge of a pair', () => {
  const favouring = (text: string) => (data: Data) => `{"verdict":"${data.first === text ? 'first' : 'second'}"}`;
  it('asks in both orders and believes what does not depend on them', async () => {
    expect(await pair(favouring('mine'))).toMatchObject({ grade: { score: 1 }, judged: { flipped: false, usd: 0.002 } });
    expect(await pair(favouring('theirs'))).toMatchObject({ grade: { score: 0 }, judged: { flipped: false } });
    expect(await pair(() => '{"verdict":"tie"}')).toMatchObject({ grade: { score: 0.5 }, judged: { flipped: false } });
  });

  it('calls a verdict that changes with the seats a tie, and counts it', async () => {
    expect(await pair(() => '{"verdict":"first"}')).toMatchObject({
      grade: { score: 0.5 },
      judged: { flipped: true, said: ['better', 'worse'] },
    });
    expect(await pair(() => '{"verdict":"second"}')).toMatchObject({ grade: { score: 0.5 }, judged: { flipped: true } });
  });

  it('F-85 half a comparison is none', async () => {
    const once = await pair((data) => (data.first === 'mine' ? '{"verdict":"first"}' : 'no'));
    expect(once).toMatchObject({ grade: { kind: 'ungraded' }, judged: { flipped: null, usd: 0.002 } });
    const never = await pair(() => 'no');
    expect(never).toMatchObject({ grade: { kind: 'ungraded' }, judged: { flipped: null, usd: 0.001 } });
  });
});

describe('the family of a model', () => {
  it.each([
    ['openai/gpt-4.1', ['openai']],
    ['openai/o3-mini', ['openai']],
    ['openrouter/anthropic/claude-sonnet-4-5', ['anthropic']],
    ['ollama/llama3.2', ['meta']],
    ['deepseek/deepseek-r1-distill-qwen-7b', ['alibaba', 'deepseek']],
    ['acme/own-model', ['acme']],
    ['ollama/own-model', ['own-model']],
  ])('%s: %j', (id, families) => expect(familiesOf(id)).toEqual(families));

  it('a judge is kin of itself, its makers’ models and their distillates', () => {
    const models = ['openai/gpt-4.1', 'mistral/mistral-small', 'ollama/deepseek-r1-distill-llama'];
    expect(kinOf('openai/o3', models)).toEqual(['openai/gpt-4.1']);
    expect(kinOf('ollama/llama3.2', models)).toEqual(['ollama/deepseek-r1-distill-llama']);
    expect(kinOf('anthropic/claude-haiku-4-5', models)).toEqual([]);
  });
});
