import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { routeLlmScore } from '../../evals/routellm/procedure.ts';
import { routeLlmSuite } from '../../evals/routellm/suite.ts';
import { seededRandom } from '../../src/core/random.ts';

describe('RouteLLM’s procedure', () => {
  const rows = 4_000;
  const random = seededRandom(3);
  const strong = new Float64Array(rows).fill(1);
  const weak = Float64Array.from({ length: rows }, () => (random() < 0.6 ? 1 : 0));

  it('gives random ranking one half', () => {
    const scores = Float64Array.from({ length: rows }, () => random());
    const { apgr, cpt50 } = routeLlmScore(scores, weak, strong);
    expect(apgr).toBeCloseTo(0.5, 1);
    expect(cpt50).toBeCloseTo(0.5, 1);
  });

  it('agrees with the area worked out by hand for a perfect ranking', () => {
    // Four rows in ten need the strong model and are ranked first: the gap closes evenly up to a share of .4.
    const scores = Float64Array.from(weak, (quality, row) => 1 - quality + row / rows / 10);
    const { apgr, cpt50, cpt80 } = routeLlmScore(scores, weak, strong);
    expect(apgr).toBeCloseTo(0.4 / 2 + 0.6, 1);
    expect(cpt50).toBeCloseTo(0.2, 1);
    expect(cpt80).toBeCloseTo(0.32, 1);
  });
});

describe('the suite', () => {
  it('scores our rankings beside random and length, with a learning curve', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointsman-routellm-'));
    const prompts = Array.from({ length: 1_500 }, (_, row) => ({
      id: `q${row}`,
      prompt: row % 2 === 0 ? `prove the long theorem number ${row} with care` : `say hi ${row}`,
      category: row % 2 === 0 ? 'hard' : 'easy',
    }));
    const outcome = (row: number, model: string, quality: number) => `q${row},${model},${quality},10,10`;
    const lines = prompts.flatMap((_, row) => [outcome(row, 'gpt-4-1106-preview', 1), outcome(row, 'mixtral-8x7b-instruct-v0.1', row % 2)]);
    writeFileSync(join(folder, 'routellm-mmlu.prompts.jsonl'), prompts.map((prompt) => JSON.stringify(prompt)).join('\n'));
    writeFileSync(join(folder, 'routellm-mmlu.outcomes.csv'), `id,model,quality,input_tokens,output_tokens\n${lines.join('\n')}\n`);
    const { ranks, learning, n, published } = await routeLlmSuite(folder, 'routellm-mmlu');
    expect([n, published]).toEqual([1_500, 0.603]);
    const apgr = (name: string) => ranks.find((rank) => rank.name === name)?.apgr ?? 0;
    expect(apgr('longer prompt first')).toBeGreaterThan(0.7);
    expect(apgr('neighbours')).toBeGreaterThan(0.7);
    expect(apgr('category, read as metadata')).toBeGreaterThan(0.7);
    expect(Math.abs(apgr('random') - 0.5)).toBeLessThan(0.06);
    expect([...new Set(learning.map(({ rows }) => rows))]).toEqual([1_000, 1_200]);
  });
});
