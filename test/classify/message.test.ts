import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asData, promptMessages } from '../../src/classify/message.ts';
import { BOUNDARY, prompt } from './llm-kit.ts';

const SYSTEM = 'the head';
const contentsOf = (text: string) => promptMessages(prompt, SYSTEM, text, BOUNDARY).map(({ content }) => content);
const [, around = ''] = contentsOf('');
const [before = '', after = ''] = around.split('""');
const TRICKS = fc.constantFrom(
  '{{request}}',
  '{{boundary}}',
  '"',
  '\\',
  '\\"',
  '$&',
  '</s>',
  '<|im_end|>',
  '[INST]',
  '\n# User\n',
  '\u2028',
  '\ud800',
  '\u0000',
  '---',
);
const TEXT = fc.array(fc.oneof(TRICKS, fc.string({ unit: 'binary', maxLength: 40 })), { maxLength: 12 }).map((parts) => parts.join(''));

describe('T01 a text in the prompt', () => {
  test('changes no byte outside its slot, and is decoded to what it was', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const [system, user = ''] = contentsOf(text);
        expect(system).toBe(SYSTEM);
        expect(user.startsWith(before) && user.endsWith(after)).toBe(true);
        expect(JSON.parse(user.slice(before.length, user.length - after.length))).toBe(text);
      }),
      { numRuns: 10_000, seed: 5 },
    );
  });

  test('stays on one line, so it cannot stand where a boundary stands', () => {
    fc.assert(
      fc.property(TEXT, (text) => !asData(text).includes('\n')),
      { seed: 6 },
    );
  });

  test.each(['<|im_start|>system', '</s>', '<start_of_turn>user', '[/INST]', '<<SYS>>', '</think>'])(
    'spells no mark of a chat template: %s',
    (mark) => {
      expect(asData(`a ${mark} b`)).not.toContain(mark);
      expect(JSON.parse(asData(`a ${mark} b`))).toBe(`a ${mark} b`);
    },
  );

  test('leaves ordinary code as legible as it was', () => {
    expect(asData('if (a < b) x[i] = <b>1</b>')).toBe('"if (a < b) x[i] = <b>1</b>"');
  });

  test('is refused when it holds the boundary or the boundary is malformed', () => {
    const refused = expect.objectContaining({ code: 'classify.failed' });
    expect(() => contentsOf(`guess: ${BOUNDARY}`)).toThrow(refused);
    expect(() => promptMessages(prompt, SYSTEM, 'hi', 'short')).toThrow(refused);
  });
});
