import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packageFile, readTextFile } from '../../../src/config/files.ts';
import { inspectPrompt } from '../../../src/config/tune-build.ts';
import { applyPatch } from '../../../src/learn/tune/patch.ts';
import { sectionsOf, withFewShots, withSection } from '../../../src/learn/tune/sections.ts';
import { parsePrompt } from '../../../src/prompts/load.ts';
import { PROMPT } from './helpers.ts';

const shipped = readTextFile(packageFile('prompts/classify.md'));
const patch = (section: string, text: string) => applyPatch(PROMPT, { diagnosis: '', section, text, lesson: '' });

describe('sections of a prompt', () => {
  it('are its paragraphs; those with places or the answer contract are locked', () => {
    expect(sectionsOf(PROMPT).map(({ name, locked }) => [name, locked])).toEqual([
      ['You label. The user message', true],
      ['{{taxonomy}}', true],
      ['Complexity', false],
      ['Risk', false],
      ['Reply with one JSON object', true],
    ]);
  });

  it('of the shipped prompt leave something to change', () => {
    expect(
      sectionsOf(shipped)
        .filter(({ locked }) => !locked)
        .map(({ name }) => name),
    ).toEqual(['Complexity', 'Domain', 'Risk']);
  });

  it('are exchanged one at a time: the rest of the file stays byte for byte', () => {
    const changed = withSection(PROMPT, 'Risk', 'Risk: now.');
    expect(changed).toBe(PROMPT.replace('Risk: the worst part.', 'Risk: now.'));
  });
});

describe('a patch', () => {
  it('changes an open section, whatever the case of its name, and loses blank lines', () => {
    expect(patch('complexity', ' Complexity: one.\n\n\nTwo. ')).toEqual({
      kind: 'changed',
      text: PROMPT.replace('Complexity: how hard.\nTwo lines of it.', 'Complexity: one.\nTwo.'),
    });
  });

  it.each([
    ['an unknown section', 'Mood', 'x', /no section `Mood`; there are Complexity, Risk/],
    ['a locked section', '{{taxonomy}}', 'x', /locked/],
    ['the answer contract by name', 'Reply with one JSON object', 'x', /locked/],
    ['a place of the template', 'Risk', 'Risk: {{request}}', /places of the template/],
    ['the parts of the file', 'Risk', 'Risk: x\n# User\nhello', /parts of the file/],
    ['the front matter', 'Risk', 'Risk: x\n---\ny', /parts of the file/],
    ['the output in JSON', 'Risk', 'Risk: say {"risk":"none"}', /output contract/],
    ['the output in words', 'Risk', 'Risk: then answer with one word.', /output contract/],
    ['nothing', 'Risk', 'Risk: the worst part.', /changes nothing/],
    ['everything away', 'Risk', '  ', /empty/],
    ['hidden characters', 'Risk', 'Risk: a\u202eb', /control characters/],
  ])('that touches %s is rejected with the reason', (_, section, text, why) => {
    expect(patch(section, text)).toEqual({ kind: 'rejected', why: expect.stringMatching(why) });
  });

  it('never changes what the run time reads beside that section', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        const patched = patch('Risk', text);
        if (patched.kind === 'rejected') return;
        const [before, after] = await Promise.all([parsePrompt(PROMPT, 'a'), parsePrompt(patched.text, 'b')]);
        expect(after.user.render({ boundary: 'b', request: 'r' })).toBe(before.user.render({ boundary: 'b', request: 'r' }));
        expect(after.system.variables).toEqual(before.system.variables);
        expect(after.maxOutputTokens).toBe(before.maxOutputTokens);
        const locked = (prompt: string) =>
          sectionsOf(prompt)
            .filter((section) => section.locked)
            .map((section) => section.text);
        expect(locked(patched.text)).toEqual(locked(PROMPT));
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe('few-shots of a prompt file', () => {
  const shots = [
    { text: 'say "hi"\n---\n# User', label: { complexity: 'low', domain: 'code', risk: 'low' } },
    { text: 'ключ: {{x}}', label: { complexity: 'high', domain: 'math', risk: 'high' } },
  ];

  it('are replaced in the front matter, and read back as they were', async () => {
    const text = withFewShots(shipped, shots);
    const { fewShots } = await inspectPrompt(text ?? '', 'x');
    expect(fewShots).toEqual(shots);
    expect((await inspectPrompt(withFewShots(shipped, []) ?? '', 'x')).fewShots).toEqual([]);
  });

  it('get a place before the last section where a prompt has none', async () => {
    const text = withFewShots(PROMPT, shots) ?? '';
    expect((await inspectPrompt(text, 'x')).fewShots).toEqual(shots);
    expect(
      sectionsOf(text)
        .map(({ name }) => name)
        .slice(-2),
    ).toEqual(['Examples', 'Reply with one JSON object']);
  });

  it('are not added where the front matter cannot be read at a glance', () => {
    expect(withFewShots(PROMPT.replace('system: [taxonomy]', 'system:\n  - taxonomy'), shots)).toBeNull();
  });

  it('survive being replaced twice', () => {
    const once = withFewShots(shipped, shots) ?? '';
    expect(withFewShots(withFewShots(once, []) ?? '', shots)).toBe(once);
  });
});
