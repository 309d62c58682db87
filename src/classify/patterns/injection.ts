import { Automaton, type Phrase } from './automaton.ts';
import { type Fold, foldAlphabet, foldConsonants, foldLatin, foldSigns, foldTogether } from './fold.ts';
import { type InjectionWords, type ScriptWords, scriptsIn } from './words.ts';

const ROLES = [
  'override',
  'rules',
  'whose',
  'reveal',
  'secret',
  'persona',
  'unbound',
  'phrases',
  'key',
  'note',
  'machine',
  'addressed',
] as const;
type Role = (typeof ROLES)[number];
const roleNumber = (role: Role): number => ROLES.indexOf(role);
const [
  OVERRIDE = 0,
  RULES = 0,
  WHOSE = 0,
  REVEAL = 0,
  SECRET = 0,
  PERSONA = 0,
  UNBOUND = 0,
  PHRASES = 0,
  KEY = 0,
  NOTE = 0,
  MACHINE = 0,
  ADDRESSED = 0,
] = ROLES.map(roleNumber);

/** An order stands in one sentence, within this many characters; scripts without gaps need fewer, and get them by their length. */
const ORDER_SPAN = 80;
/** A mask may take a few sentences. */
const MASK_SPAN = 200;
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
  const last = new Array<number>(ROLES.length).fill(Number.NEGATIVE_INFINITY);
  const near = (roles: readonly number[], end: number, span: number): number => {
    let first = end;
    for (const role of roles) first = Math.min(first, last[role] as number);
    return end - first <= span ? first : -1;
  };
  const ordered = (roles: readonly number[], end: number): boolean => {
    const first = near(roles, end, ORDER_SPAN);
    // The last character may be the full stop after the last word.
    return first >= 0 && !SENTENCE_END.test(text.slice(first, end - 1));
  };
  automaton.scan(text, (role, end) => {
    last[role] = end;
    if (role === KEY) findings.mayHoldKey = true;
    else if (findings.injection) return;
    else if (role === PHRASES) findings.injection = true;
    else if (role === PERSONA || role === UNBOUND) findings.injection = near([PERSONA, UNBOUND], end, MASK_SPAN) >= 0;
    else if (role === MACHINE)
      findings.injection =
        isColonNext(text, end) && (near([NOTE], end, NOTE_SPAN) >= 0 || BRACKET_BEFORE.test(text.slice(Math.max(0, end - 40), end - 1)));
    else if (role === ADDRESSED) findings.injection = isColonNext(text, end);
    else if (role !== NOTE) findings.injection = ordered([OVERRIDE, RULES, WHOSE], end) || ordered([REVEAL, SECRET, WHOSE], end);
  });
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
  if (name === 'latin') add(KEY_WORDS, KEY);
  return phrases;
}

function rolesOf(kind: keyof InjectionWords): number[] {
  if (kind === 'owned') return [RULES, WHOSE];
  return kind === 'ownedSecret' ? [SECRET, WHOSE] : [roleNumber(kind)];
}

function foldOf({ name, wordsApart }: ScriptWords): Fold {
  if (name === 'latin') return foldLatin;
  if (wordsApart) return foldAlphabet;
  if (name === 'arabic' || name === 'hebrew') return foldConsonants;
  return name === 'han' || name === 'thai' ? foldTogether : foldSigns;
}
