import { estimateTokenCount } from 'tokenx';
import { describe, expect, test } from 'vitest';
import { parseAnswer } from '../../src/classify/answer.ts';
import { promptHead, promptTokens } from '../../src/classify/head.ts';
import { promptMessages } from '../../src/classify/message.ts';
import { packageFile } from '../../src/config/files.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { axesOf, axisValues } from '../../src/core/taxonomy.ts';
import { loadPrompt } from '../../src/prompts/load.ts';

const BOUNDARY = '0123456789abcdef0123456789abcdef';
const prompt = await loadPrompt(packageFile('prompts/classify.md'));
const head = promptHead(prompt, defaultTaxonomy);
const rendered = promptMessages(prompt, head, 'How do I say "cheese" in {{Thai}}?', BOUNDARY);

describe('prompts/classify.md', () => {
  test('renders to exactly this', async () => {
    const text = rendered.map(({ role, content }) => `[${role}]\n${content}\n`).join('\n');
    await expect(text).toMatchFileSnapshot('golden/classify.rendered.txt');
  });

  test('takes at most 900 tokens with no request in it, and asks for at most 60', () => {
    expect(promptTokens(prompt, defaultTaxonomy)).toBeLessThanOrEqual(900);
    expect(prompt.maxOutputTokens).toBeLessThanOrEqual(60);
    const longest = axesOf(defaultTaxonomy).map(([axis, definition]) => [
      axis,
      axisValues(definition).toSorted((a, b) => b.length - a.length)[0],
    ]);
    expect(estimateTokenCount(JSON.stringify(Object.fromEntries(longest)))).toBeLessThanOrEqual(prompt.maxOutputTokens);
  });

  test('names every axis, value and meaning of the taxonomy', () => {
    for (const [axis, { question, values }] of axesOf(defaultTaxonomy)) {
      expect(head).toContain(`${axis}: ${question}`);
      for (const [value, { meaning }] of Object.entries(values)) expect(head).toContain(`${value}: ${meaning}`);
    }
  });

  test('shows an answer and hard cases that its own parser takes', () => {
    const shown = head.split('\n').at(-1) ?? '';
    expect(Object.keys(parseAnswer(shown.slice(shown.indexOf('{')), defaultTaxonomy, BOUNDARY))).toEqual(Object.keys(defaultTaxonomy));
    const cases = [...head.matchAll(/^".*" (\w+), (\w+), (\w+)$/gm)];
    expect(cases.length).toBeGreaterThanOrEqual(4);
    for (const [, complexity, domain, risk] of cases) parseAnswer(JSON.stringify({ complexity, domain, risk }), defaultTaxonomy, BOUNDARY);
  });
});
