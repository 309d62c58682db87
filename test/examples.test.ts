import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../src/config/files.ts';

/** What each example comes to, in part; a new example needs a line here. */
const EXPECTED: Record<string, object> = {
  'default-routing': { answer: expect.stringContaining('Peru'), model: expect.stringContaining('/') },
  'own-domain': { domain: 'beekeeping' },
  'custom-pool': { forced: 'cloud/strong' },
  'use-case-pools': { translation: expect.stringContaining('/'), functions: expect.stringContaining('/') },
  'drop-in': { text: expect.stringContaining('Say hello.') },
  tools: { turn: 'reused', same: true, answer: 'It is 19 degrees in Lima.' },
  budget: { last: 'budget.exceeded' },
  tiers: { free: 'local/small', pro: 'cloud/strong' },
  'multi-turn': { turns: 2, switches: 0, keptAfterReset: 1 },
  monitoring: { answered: 1, alerts: ['spend'], saved: { against: 'cloud/strong' } },
  fallback: { answered: expect.stringContaining('cloud/strong') },
  caching: { requests: 5, classified: 1 },
  'parallel-batch': { answered: 20, told: 20 },
  'a-b': { shadow: 'local/small' },
  'hybrid-cascade': { answered: true },
  escalation: { answer: '{"year":1912}', model: 'cloud/strong', flags: ['escalated'] },
  'draft-and-review': { draft: 'A draft with a tpyo.', final: 'A draft without a typo.' },
};

const names = readdirSync(packageFile('evals/examples'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'stage');

describe('examples', () => {
  test('each has its expectation', () => {
    expect(names.sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(names)('%s runs on the fake provider', async (name) => {
    const { example } = (await import(`../evals/examples/${name}.ts`)) as { example: () => Promise<object> };
    expect(await example()).toMatchObject(EXPECTED[name] ?? {});
  });
});
