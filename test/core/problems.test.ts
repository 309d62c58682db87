import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemsOf } from '../../src/core/problems.ts';

const schema = z.strictObject({
  name: z.string().min(1),
  share: z.number().min(0).max(1),
  kind: z.enum(['a', 'b']),
  items: z.array(z.int()).min(1),
});
const good = { name: 'x', share: 0.5, kind: 'a', items: [1] };

function lines(change: Record<string, unknown>): string[] {
  const value = { ...good, ...change };
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : problemsOf(error, value, 'thing').map(({ where, message }) => `${where}: ${message}`);
}

describe('what a schema found wrong', () => {
  it.each([
    [{ share: '1' }, 'share: expected a number, found a text'],
    [{ share: 7 }, 'share: expected at most 1, found `7`'],
    [{ share: undefined }, 'share: expected a number, found nothing'],
    [{ kind: 'c' }, 'kind: expected one of a, b, found `c`'],
    [{ items: [] }, 'items: expected at least 1 item(s), found 0'],
    [{ items: [1, 'x'] }, 'items.1: expected a number, found a text'],
    [{ name: '' }, 'name: expected at least 1 character(s), found 0'],
    [{ nmae: 1 }, 'nmae: unknown key'],
    [{ other: 1 }, 'other: unknown key'],
  ])('says of %j where, what was expected and what was found', (change, line) => {
    expect(lines(change)).toEqual([line]);
  });

  it('tells the key that may be meant where the schema is at hand, at any depth', () => {
    const inner = z.strictObject({ deadlineMs: z.number().optional(), model: z.string().optional() });
    const whole = z.strictObject({
      llm: inner.prefault({}),
      arms: z.record(z.string(), z.array(z.union([z.string(), inner]))).optional(),
      budget: z.strictObject({ dailyUsd: z.number() }).optional(),
    });
    const told = (value: unknown) => {
      const { error } = whole.safeParse(value);
      return error === undefined ? [] : problemsOf(error, value, 'options', whole).map(({ where, message }) => `${where}: ${message}`);
    };
    expect(told({ lllm: {} })).toEqual(['lllm: unknown key; did you mean `llm`?']);
    expect(told({ llm: { deadlineMS: 1 } })).toEqual(['llm.deadlineMS: unknown key; did you mean `deadlineMs`?']);
    expect(told({ budget: { dailyUsd: 1, dalyUsd: 2 } })).toEqual(['budget.dalyUsd: unknown key; did you mean `dailyUsd`?']);
    expect(told({ arms: { a: [{ modle: 'x' }] } })[0]).toMatch(/^arms\.a\.0/);
  });

  it('lists every one', () => {
    expect(lines({ nmae: 1, x: 2, share: null })).toHaveLength(3);
  });

  it('does not repeat a text that may be a secret', () => {
    expect(lines({ share: 'sk-secret' }).join()).not.toContain('sk-secret');
  });

  it('names the subject when the whole value is wrong', () => {
    const { error } = schema.safeParse(5);
    expect(error && problemsOf(error, 5, 'thing')).toEqual([{ where: 'thing', message: 'expected an object, found `5`' }]);
  });
});
