import { describe, expect, it } from 'vitest';
import { guardFailure } from '../../../src/learn/tune/conclude.ts';
import { copiedFromData, textGuard } from '../../../src/learn/tune/guards.ts';
import { pairedGain, type Right } from '../../../src/learn/tune/paired.ts';
import { gold, rowOf } from './helpers.ts';

const rows = [
  rowOf('ticket-17', 'My neighbour says that Grabowski sold the blue boat to his cousin last week', gold('low')),
  rowOf('ticket-18', 'Explain why quicksort is slow when the input is already sorted, please', gold('medium')),
  rowOf('b', '我想知道为什么我的电脑每天晚上都会自动重启然后蓝屏', gold('low')),
];
const guard = textGuard(rows);
const known = 'Risk: the worst part counts.';

describe('what must not get from the data into a prompt', () => {
  it.each([
    ['eight words of a row, other case and marks', 'Risk: high if "quicksort IS slow; when the input is already" sorted', /copies 8 words/],
    ['eight characters of a script without spaces', '为什么我的电脑每天晚上都会', /copies 8 words/],
    ['the id of a row', 'As in Ticket-17, low.', /names a row: Ticket-17/],
    ['an e-mail address', 'Ask jo.bloggs+x@mail.example.org first.', /e-mail/],
    ['a rare name', 'Sales by Grabowski are low.', /rare name of the data: Grabowski/],
  ])('%s', (_, text, why) => {
    expect(copiedFromData(text, known, guard)).toMatch(why);
  });

  it('seven words, words of the trade and what the incumbent says already may stand', () => {
    expect(copiedFromData('quicksort is slow when the input is', known, guard)).toBeNull();
    expect(copiedFromData('Explain: Risk of Boat sales is low', known, guard)).toBeNull();
    const own = 'sold the blue boat to his cousin last week by Grabowski';
    expect(copiedFromData(`${own}.`, own, guard)).toBeNull();
  });
});

describe('guards before a candidate is accepted', () => {
  const recall = (fixed: number, broken: number, n: number) => {
    const before: Right[] = Array.from({ length: n }, (_, row) => row >= fixed);
    const after: Right[] = Array.from({ length: n }, (_, row) => row < n - broken);
    return pairedGain(
      after,
      before,
      before.map((_, row) => `c${row}`),
      0.9,
    );
  };
  const readable = { before: 2, after: 2 };

  it('refuse more unreadable answers than before', () => {
    expect(guardFailure(null, { before: 2, after: 3 })).toMatch(/3 instead of 2/);
    expect(guardFailure(null, readable)).toBeNull();
  });

  it('refuse high-risk recall that may have fallen, and only that', () => {
    expect(guardFailure(recall(0, 9, 80), readable)).toMatch(/high-risk recall may fall by .*9 broken of 80/);
    expect(guardFailure(recall(0, 0, 80), readable)).toBeNull();
    expect(guardFailure(recall(1, 0, 7), readable)).toBeNull();
    expect(guardFailure(recall(3, 2, 100), readable)).toBeNull();
    // Too few rows to show that nothing is lost: no benefit of the doubt where risk is at stake.
    expect(guardFailure(recall(1, 1, 12), readable)).toMatch(/may fall/);
  });
});
