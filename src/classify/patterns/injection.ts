import { Automaton, type Phrase } from './automaton.ts';
import { type Fold, foldAlphabet, foldConsonants, foldLatin, foldSigns, foldTogether } from './fold.ts';
import type { InjectionWords, ScriptWords } from './word-types.ts';
import { scriptsIn } from './words.ts';

/** The parts words play. `begun` is none of the lists: it is the verb that stood before the rules. */
const ROLE = {
  override: 0,
  overrideFirst: 1,
  begun: 2,
  rules: 3,
  whose: 4,
  reveal: 5,
  secret: 6,
  persona: 7,
  unbound: 8,
  phrases: 9,
  note: 10,
  machine: 11,
  addressed: 12,
  key: 13,
} as const;
const ROLES = Object.keys(ROLE).length;

/** An order stands in one sentence, within this many characters; scripts without gaps need fewer, and get them by their length. */
const ORDER_SPAN = 80;
/** A mask may take a few sentences. */
const MASK_SPAN = 200;
const ORDERS: readonly (readonly number[])[] = [
  [ROLE.override, ROLE.rules, ROLE.whose],
  [ROLE.begun, ROLE.rules, ROLE.whose],
  [ROLE.reveal, ROLE.secret, ROLE.whose],
];
/** A note and the machine it is for stand side by side. */
const NOTE_SPAN = 40;
const BRACKET_BEFORE = /(?:[[({<*«]|--|\/\/|#)\s{0,2}[\p{L}\p{M} '’-]{0,24}$/u;
/** Digits stand for letters, so `14:` would read as a word of two letters. */
const ENDS_IN_DIGIT = /\d.?$/;
const COLON_AFTER = /^[\p{L}\p{M}]{0,12}\s?[:：]/u;
const SENTENCE_END = /[.!?…](?=[\s"'»”)]|$)|[。！？؟।۔]|\n\s*\n/;

/** Words that may stand beside a key or a password; only texts with one are searched for keys. */
const KEY_WORDS =
  'private key|akia|asia|aiza|ghp$|gho$|ghs$|ghu$|ghr$|github pat|glpat$|xoxb$|xoxp$|xoxa$|xoxe$|xoxr$|xoxs$|xapp$|sk$|rk$|npm$|hf$|eyj|sg$|accountkey|api key|apikey|secret|token|password|passwd|pwd$|hooks slack';

/** What lexical reading finds in a text. */
export type Findings = { injection: boolean; mayHoldKey: boolean };

const automata = new Map<string, Automaton>();

/**
 * Reads a normalised text for attempts to subvert the model, in some forty languages, in one pass per script present.
 * Words count by their closeness, in any order. Adding lines can only add findings.
 */
export function readText(text: string): Findings {
  const findings: Findings = { injection: false, mayHoldKey: false };
  for (const script of scriptsIn(text)) {
    readScript(text, automatonOf(script), findings);
    if (findings.injection) break;
  }
  return findings;
}

/** Built on first use: most processes never meet most scripts. */
function automatonOf(script: ScriptWords): Automaton {
  const known = automata.get(script.name);
  if (known !== undefined) return known;
  const automaton = new Automaton(phrasesOf(script), foldOf(script));
  automata.set(script.name, automaton);
  return automaton;
}

function readScript(text: string, automaton: Automaton, findings: Findings): void {
  const last = new Array<number>(ROLES).fill(Number.NEGATIVE_INFINITY);
  automaton.scan(text, (role, end) => {
    last[role] = end;
    if (role === ROLE.key) findings.mayHoldKey = true;
    if (role === ROLE.rules) last[ROLE.begun] = last[ROLE.overrideFirst] as number;
    if (!findings.injection) findings.injection = completes(role, end, last, text);
  });
}

/** Whether this word is the one that completes an attack. The latest place of each other role is enough: an earlier one would be farther off. */
function completes(role: number, end: number, last: readonly number[], text: string): boolean {
  switch (role) {
    case ROLE.phrases:
      return true;
    case ROLE.persona:
    case ROLE.unbound:
      return opening([ROLE.persona, ROLE.unbound], end, MASK_SPAN, last) >= 0;
    case ROLE.machine:
      return (
        isColonNext(text, end) &&
        (opening([ROLE.note], end, NOTE_SPAN, last) >= 0 || BRACKET_BEFORE.test(text.slice(Math.max(0, end - 40), end - 1)))
      );
    case ROLE.addressed:
      return isColonNext(text, end);
    case ROLE.note:
    case ROLE.key:
      return false;
    default:
      return ORDERS.some((order) => isOrder(order, end, last, text));
  }
}

/** Where the first of the roles stands when all stand within `span` before `end`, else -1. */
function opening(roles: readonly number[], end: number, span: number, last: readonly number[]): number {
  let first = end;
  for (const role of roles) first = Math.min(first, last[role] as number);
  return end - first <= span ? first : -1;
}

function isOrder(roles: readonly number[], end: number, last: readonly number[], text: string): boolean {
  const first = opening(roles, end, ORDER_SPAN, last);
  // The last character may be the full stop after the last word.
  return first >= 0 && !SENTENCE_END.test(text.slice(first, end - 1));
}

/** `end` stands after the word, or after the sign behind it. */
const isColonNext = (text: string, end: number): boolean =>
  COLON_AFTER.test(text.slice(end - 1, end + 14)) && !ENDS_IN_DIGIT.test(text.slice(end - 3, end));

function phrasesOf({ name, languages, wordsApart }: ScriptWords): Phrase[] {
  const phrases: Phrase[] = [];
  const add = (list: string | undefined, role: number) => {
    for (const text of list?.split('|') ?? [])
      phrases.push({ text: (wordsApart ? ` ${text.replace('$', ' ')}` : text).normalize('NFKC'), role });
  };
  for (const words of Object.values(languages))
    for (const [kind, list] of Object.entries(words)) for (const role of rolesOf(kind as keyof InjectionWords)) add(list, role);
  if (name === 'latin') add(KEY_WORDS, ROLE.key);
  return phrases;
}

function rolesOf(kind: keyof InjectionWords): number[] {
  if (kind === 'owned') return [ROLE.rules, ROLE.whose];
  return kind === 'ownedSecret' ? [ROLE.secret, ROLE.whose] : [ROLE[kind]];
}

function foldOf({ name, wordsApart }: ScriptWords): Fold {
  if (name === 'latin') return foldLatin;
  if (wordsApart) return foldAlphabet;
  if (name === 'arabic' || name === 'hebrew') return foldConsonants;
  return name === 'han' || name === 'thai' ? foldTogether : foldSigns;
}
