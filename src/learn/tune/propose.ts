import { isRouterError } from '../../core/errors.ts';
import { confusionGroups } from './groups.ts';
import { copiedFromData } from './guards.ts';
import { candidateOf } from './measure.ts';
import { applyPatch } from './patch.ts';
import { parsePatch, questionOf } from './question.ts';
import type { Candidate, Member, Search } from './search-parts.ts';
import { sectionsOf, withFewShots } from './sections.ts';
import { droppingMoves, growingMoves, inFixedOrder, rankShots } from './shots.ts';

/** A change to try, or why there is none. `section` and `lesson` are what is remembered of it. */
export type Proposal =
  | { kind: 'candidate'; candidate: Candidate; diagnosis: string; section: string; lesson: string }
  | { kind: 'rejected'; what: string; why: string; diagnosis: string; section: string; lesson: string };

/** Asks the strong model for a patch to one section of a parent, after its errors on train. */
export async function proposePatch(parent: Member, turn: number, search: Search): Promise<Proposal> {
  const { data, parts, lessons, tokenCap, reflecting, options } = search;
  const answers = await feedbackOf(parent, search);
  const question = questionOf({
    prompt: parent.text,
    groups: confusionGroups(answers, parts.taxonomy, data.axes),
    answers,
    axes: data.axes,
    lessons,
    tokensLeft: tokenCap - parent.tokens,
    turn,
  });
  const parsed = parsePatch(await reflecting.ask(question, turn, options.signal));
  if (parsed.kind === 'unreadable')
    return { kind: 'rejected', what: 'patch', why: parsed.why, diagnosis: '', section: 'answer', lesson: '' };
  const { diagnosis, section, lesson } = parsed.patch;
  const told = { diagnosis, section, lesson };
  const what = `section ${section.slice(0, 60)}`;
  const patched = applyPatch(parent.text, parsed.patch);
  if (patched.kind === 'rejected') return { kind: 'rejected', what, why: patched.why, ...told };
  const copied = copiedFromData(sectionTexts(patched.text), sectionTexts(search.incumbent.text), search.guard);
  if (copied !== null) return { kind: 'rejected', what, why: copied, ...told };
  return { ...(await makingRoom(patched.text, what, parent, search)), ...told };
}

/** A patched prompt, less one few-shot where it would be too long and few-shots may change. */
async function makingRoom(text: string, what: string, parent: Member, search: Search): ReturnType<typeof within> {
  const whole = await within(text, 'patch', what, parent, search);
  if (whole.kind === 'candidate' || whole.tooLong !== true || search.options.mode === 'edit') return whole;
  for (const move of droppingMoves(parent.facts.fewShots)) {
    const shorter = withFewShots(text, inFixedOrder(move.shots));
    const tried = shorter === null ? whole : await within(shorter, 'patch', `${what}, ${move.what}`, parent, search);
    if (tried.kind === 'candidate') return tried;
  }
  return whole;
}

/** Few-shots are added or exchanged; every so often one is left out, which makes room. */
const DROP_EVERY = 3;
/** Best rows looked at for one that fits into the tokens. */
const LOOKED_AT = 60;

/** The next untried change to a parent's few-shots that fits; null when there is none. */
export async function proposeShots(parent: Member, turn: number, search: Search): Promise<Proposal | null> {
  const { parts, data, pool } = search;
  const groups = confusionGroups(await feedbackOf(parent, search), parts.taxonomy, data.axes);
  const current = parent.facts.fewShots;
  const grow = [...growingMoves(current, rankShots(pool, groups, current).slice(0, LOOKED_AT))];
  const drop = droppingMoves(current);
  for (const { what, shots } of turn % DROP_EVERY === DROP_EVERY - 1 ? [...drop, ...grow] : [...grow, ...drop]) {
    const text = withFewShots(parent.text, inFixedOrder(shots));
    if (text === null) return null;
    const proposal = await within(text, 'few-shots', what, parent, search);
    if (proposal.kind === 'candidate') return { ...proposal, diagnosis: '', section: 'few-shots', lesson: what };
  }
  return null;
}

/** The text as a candidate if the run time takes it, it is new, and it keeps to the tokens. */
async function within(
  text: string,
  origin: Candidate['origin'],
  what: string,
  parent: Member,
  { parts, folder, tokenCap, tried }: Search,
): Promise<{ kind: 'candidate'; candidate: Candidate } | { kind: 'rejected'; what: string; why: string; tooLong?: true }> {
  try {
    const facts = await parts.inspect(text, what);
    if (tried.has(facts.hash)) return { kind: 'rejected', what, why: 'it was tried before' };
    if (facts.tokens > tokenCap)
      return { kind: 'rejected', what, why: `the prompt would take ${facts.tokens} tokens, more than ${tokenCap}`, tooLong: true };
    if (facts.maxOutputTokens !== parent.facts.maxOutputTokens)
      return { kind: 'rejected', what, why: 'it changes the room for the answer' };
    return { kind: 'candidate', candidate: await candidateOf(text, folder, { origin, parent: parent.hash, what }, parts) };
  } catch (error) {
    if (!isRouterError(error) || error.code !== 'prompt.invalid') throw error;
    return { kind: 'rejected', what, why: error.message };
  }
}

/** Train rows with what a prompt says of them. */
async function feedbackOf(parent: Member, { asking, feedback }: Search) {
  const predicted = await asking.answers(parent, feedback, 'train');
  return feedback.flatMap((row, index) => {
    const answer = predicted[index];
    return answer === undefined || answer.state === 'provider_error' ? [] : [{ row, predicted: answer }];
  });
}

/** What a prompt says in its own words; declared few-shots stand elsewhere. */
const sectionTexts = (prompt: string): string =>
  sectionsOf(prompt)
    .map(({ text }) => text)
    .join('\n');
