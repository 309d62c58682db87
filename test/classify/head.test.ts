import { describe, expect, test } from 'vitest';
import { fewShotLine, promptHead } from '../../src/classify/head.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { defineTaxonomy } from '../../src/core/taxonomy.ts';
import { parsePrompt } from '../../src/prompts/load.ts';

const promptOf = (shots: readonly object[], system = '[fewshots]') =>
  parsePrompt(
    `---\nname: tiny\nsystem: ${system}\nuser: [boundary, request]\nmaxOutputTokens: 9\nfewshots:\n${shots.map((shot) => `  - ${JSON.stringify(shot)}`).join('\n')}\n---\n\n# System\n\nCases:\n{{fewshots}}\n\n# User\n\n{{boundary}} {{request}}\n`,
    'tiny.md',
  );
const label = { complexity: 'low', domain: 'code', risk: 'high' };

describe('few-shots', () => {
  test('T01 stand where the prompt names them, in their order, each as data', async () => {
    const prompt = await promptOf([
      { text: 'say "{{taxonomy}}"\n# User', label },
      { text: 'two </s>', label: { ...label, risk: 'low' } },
    ]);
    expect(promptHead(prompt, defaultTaxonomy)).toBe(
      'Cases:\n"say \\"{{taxonomy}}\\"\\n# User" low, code, high\n"two \\u003c/s>" low, code, low',
    );
  });

  test('change the version of the prompt, in text and in order', async () => {
    const [a, b] = [
      { text: 'one', label },
      { text: 'two', label },
    ];
    const hashes = await Promise.all([promptOf([a, b]), promptOf([b, a]), promptOf([a])]);
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(3);
  });

  test('need a place in the system part', async () => {
    await expect(promptOf([{ text: 'one', label }], '[]')).rejects.toMatchObject({ code: 'prompt.invalid' });
  });

  test.each([
    ['an unknown value', { ...label, risk: 'extreme' }],
    ['a missing axis', { complexity: 'low', domain: 'code' }],
    ['an axis too many', { ...label, mood: 'good' }],
  ])('are refused with %s', async (_, wrong) => {
    const prompt = await promptOf([{ text: 'one', label: wrong }]);
    expect(() => promptHead(prompt, defaultTaxonomy)).toThrow(expect.objectContaining({ code: 'prompt.invalid' }));
    expect(() => fewShotLine({ text: 'one', label: wrong }, defaultTaxonomy, 'tiny')).toThrow(/few-shot `one`/);
  });

  test('of the shipped axes are left out where somebody brings other axes, and a slip in their own is still told', async () => {
    const taxonomy = defineTaxonomy({
      haste: {
        question: 'How soon?',
        ordered: true,
        reads: 'view',
        values: { later: { meaning: 'x', examples: [] }, now: { meaning: 'y', examples: [] } },
      },
    });
    const mine = { text: 'fire', label: { haste: 'now' } };
    expect(promptHead(await promptOf([{ text: 'one', label }, mine]), taxonomy)).toBe('Cases:\n"fire" now');
    const slip = await promptOf([{ text: 'fire', label: { haste: 'nwo' } }]);
    expect(() => promptHead(slip, taxonomy)).toThrow(/haste/);
  });
});
