import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { template } from '../../src/prompts/template.ts';

describe('template', () => {
  test('fills each place, wherever it stands and however often', () => {
    expect(template('{{a}}-{{b}}-{{a}}', ['a', 'b']).render({ a: '1', b: '2' })).toBe('1-2-1');
  });

  test('leaves single braces and JSON alone', () => {
    expect(template('{"a":{"b":{{c}}}}', ['c']).render({ c: '1' })).toBe('{"a":{"b":1}}');
  });

  test('never reads what is filled in: braces, dollars and other places come out as they went in', () => {
    const filled = fc.string({ unit: 'binary' });
    const { render } = template('<{{a}}|{{b}}>', ['a', 'b']);
    fc.assert(
      fc.property(fc.oneof(filled, fc.constantFrom('{{b}}', '$&', '$1', '{{nobody}}', '}}{{')), filled, (a, b) => {
        expect(render({ a, b })).toBe(`<${a}|${b}>`);
      }),
      { seed: 3 },
    );
  });

  test.each([
    ['a place that is not declared', () => template('{{a}}{{b}}', ['a']), 'no variable `b`'],
    ['a variable without a place', () => template('{{a}}', ['a', 'b']), 'never uses'],
    ['an opening that is no place', () => template('{{a}} {{ b }}', ['a']), 'opens no place'],
    ['a missing value', () => template('{{a}}', ['a']).render({}), 'no value for `a`'],
    ['a value nobody asked for', () => template('{{a}}', ['a']).render({ a: '1', b: '2' }), 'undeclared variable `b`'],
    ['an inherited value', () => template('{{toString}}', ['toString']).render({}), 'no value for `toString`'],
  ])('refuses %s', (_, act, words) => {
    expect(act).toThrow(expect.objectContaining({ code: 'prompt.invalid', message: expect.stringContaining(words) }));
  });
});
