import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { nearGroups } from '../../../src/eval/data/near.ts';

const WORDS = 'parcel invoice kettle courier refund battery garden ladder window ticket lamp battle stone river paper engine'.split(' ');
const sentence = (random: () => number, words = 20) =>
  Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');

describe('near-duplicates', () => {
  it('are texts that differ by case, punctuation, a word or a digit; others are not', () => {
    const text = 'My parcel with the blue kettle has been in transit since last Tuesday, please tell me where it is now.';
    const like = [text, text.toUpperCase(), text.replace(/[.,]/g, ' !'), text.replace('blue', 'green'), `${text} Thanks!`];
    expect([...nearGroups(like)]).toEqual([0, 0, 0, 0, 0]);
    expect([...nearGroups([text, 'My parcel has arrived, thank you.', 'Where is the invoice of last Tuesday?', ''])]).toEqual([0, 1, 2, 3]);
  });

  it('are found among thousands: every planted twin, and no pair that is none', () => {
    const random = seededRandom(4);
    const originals = Array.from({ length: 1_500 }, () => sentence(random));
    const twins = originals.slice(0, 200).map((text) => text.replace(/\w+/, 'changed'));
    const groups = nearGroups([...originals, ...twins]);
    const found = twins.filter((_, index) => groups[index] === groups[originals.length + index]).length;
    expect(found).toBeGreaterThanOrEqual(198);
    expect(new Set(groups.slice(0, originals.length)).size).toBe(originals.length);
  });

  it('join a template however many share it', () => {
    const texts = Array.from(
      { length: 300 },
      (_, row) => `Please send the invoice for order number ${1000 + row} to the address you have for our company in the north.`,
    );
    expect(new Set(nearGroups(texts)).size).toBe(1);
  });

  it('number groups in order of appearance, and do so again', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 30 }), (texts) => {
        const groups = [...nearGroups(texts)];
        expect([...nearGroups(texts)]).toEqual(groups);
        const firsts = [...new Set(groups)];
        expect(firsts).toEqual(firsts.map((_, index) => index));
        for (const [index, text] of texts.entries()) expect(groups[texts.indexOf(text)]).toBe(groups[index]);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
