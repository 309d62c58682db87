import { type Random, seededRandom } from '../core/random.ts';

/** Share of letters that go wrong, about what a hurried typist leaves. */
const RATE = 0.03;
const NEIGHBOURS = 'qwertyuiopasdfghjklzxcvbnm';

/**
 * The text with seeded slips of the keyboard in about three letters of a hundred: dropped, doubled, swapped with the next, or the neighbouring key.
 * Scripts other than Latin only lose, double or swap letters.
 *
 * @example withTypos('hello', 1) === withTypos('hello', 1) // => true
 */
export function withTypos(text: string, seed: number): string {
  const random = seededRandom(seed);
  const letters = [...text];
  let out = '';
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] as string;
    if (!/\p{L}/u.test(letter) || random() >= RATE) {
      out += letter;
      continue;
    }
    const next = letters[at + 1];
    const slip = Math.floor(random() * 4);
    if (slip === 0) continue;
    if (slip === 1) out += letter + letter;
    else if (slip === 2 && next !== undefined) {
      out += next + letter;
      at++;
    } else out += neighbour(letter, random);
  }
  return out;
}

function neighbour(letter: string, random: Random): string {
  const at = NEIGHBOURS.indexOf(letter);
  return at < 0 ? letter : (NEIGHBOURS[(at + (random() < 0.5 ? 1 : NEIGHBOURS.length - 1)) % NEIGHBOURS.length] as string);
}
