/** A phrase to find and the number of the role it plays; phrases are lower case, words apart by one blank. */
export type Phrase = { text: string; role: number };

/** Called for each phrase found: its role and the position after its last character, a closing gap included. */
export type OnHit = (role: number, end: number) => void;

/** What `fold` gives for a character that separates words; a run of them counts as one. */
export const GAP = 0;
/** What `fold` gives for a character that is passed over, such as a vowel mark. */
export const SKIP = -1;
const SKIPPED = 65_535;

/**
 * All phrases at once in one pass over a text, whatever it holds: an Aho–Corasick automaton as a dense table.
 * Source: Aho and Corasick 1975, CACM 18(6). Time is one step per character plus one per hit, so no input makes it slow.
 *
 * @param fold maps a character code to the code it counts as, such as `é` to `e`; `GAP` and `SKIP` have their own meaning
 */
export class Automaton {
  readonly #classes = new Uint16Array(65_536);
  readonly #width: number;
  readonly #next: Uint16Array;
  readonly #hits: readonly (readonly number[])[];
  readonly #start: number;

  constructor(phrases: readonly Phrase[], fold: (code: number) => number) {
    const folded = phrases.map(({ text, role }) => ({ codes: foldAll(text, fold), role }));
    const letters = new Map<number, number>();
    for (const { codes } of folded) for (const code of codes) if (code !== GAP && !letters.has(code)) letters.set(code, letters.size + 2);
    // Class 1 is for letters no phrase uses: they end a match, and are no gap either.
    for (let code = 0; code < 65_536; code++) {
      const counted = fold(code);
      this.#classes[code] = counted === GAP ? GAP : counted === SKIP ? SKIPPED : (letters.get(counted) ?? 1);
    }
    this.#width = letters.size + 2;
    const trie = buildTrie(folded.map(({ codes, role }) => ({ classes: codes.map((code) => letters.get(code) ?? GAP), role })));
    this.#next = link(trie, this.#width);
    this.#hits = trie.hits;
    this.#start = this.#next[GAP] as number;
  }

  /** Number of states, for those who count steps and memory. */
  get states(): number {
    return this.#hits.length;
  }

  /** Reads the text once. Both its ends count as gaps, so that phrases that open or close with one match there too. */
  scan(text: string, onHit: OnHit): void {
    const [classes, next, width, hits] = [this.#classes, this.#next, this.#width, this.#hits];
    let state = this.#start;
    let inGap = true;
    for (let at = 0; at < text.length; at++) {
      const kind = classes[text.charCodeAt(at)] as number;
      if (kind === GAP) {
        if (inGap) continue;
        inGap = true;
      } else {
        if (kind === SKIPPED) continue;
        inGap = false;
      }
      state = next[state * width + kind] as number;
      const found = hits[state] as readonly number[];
      for (let index = 0; index < found.length; index++) onHit(found[index] as number, at + 1);
    }
    if (inGap) return;
    state = next[state * width + GAP] as number;
    for (const role of hits[state] as readonly number[]) onHit(role, text.length + 1);
  }
}

type Trie = { children: Map<number, number>[]; hits: number[][] };

function foldAll(text: string, fold: (code: number) => number): number[] {
  return Array.from({ length: text.length }, (_, at) => fold(text.charCodeAt(at))).filter((code) => code !== SKIP);
}

function buildTrie(phrases: readonly { classes: readonly number[]; role: number }[]): Trie {
  const trie: Trie = { children: [new Map()], hits: [[]] };
  for (const { classes, role } of phrases) {
    let state = 0;
    for (const kind of classes) state = childOf(trie, state, kind);
    const hits = trie.hits[state] as number[];
    if (!hits.includes(role)) hits.push(role);
  }
  return trie;
}

function childOf({ children, hits }: Trie, state: number, kind: number): number {
  const known = children[state]?.get(kind);
  if (known !== undefined) return known;
  children.push(new Map());
  hits.push([]);
  children[state]?.set(kind, children.length - 1);
  return children.length - 1;
}

/** Breadth first: where a state has no child, it goes where its longest proper suffix goes, and finds what that finds. */
function link({ children, hits }: Trie, width: number): Uint16Array {
  const next = new Uint16Array(children.length * width);
  const fallback = new Uint16Array(children.length);
  const queue = [0];
  for (let index = 0; index < queue.length; index++) {
    const state = queue[index] as number;
    const back = fallback[state] as number;
    if (state !== 0) for (const role of hits[back] as number[]) if (!hits[state]?.includes(role)) hits[state]?.push(role);
    for (let kind = 0; kind < width; kind++) {
      const child = children[state]?.get(kind);
      const suffix = state === 0 ? 0 : (next[back * width + kind] as number);
      next[state * width + kind] = child ?? suffix;
      if (child === undefined) continue;
      fallback[child] = suffix;
      queue.push(child);
    }
  }
  return next;
}
