import { seededRandom, shuffled } from '../../core/random.ts';
import { candidateOf, clustersOf, memberOf, race, refusalOf } from './measure.ts';
import { pairedGain } from './paired.ts';
import { drawParent, paretoSet } from './pareto.ts';
import { type Proposal, proposePatch, proposeShots } from './propose.ts';
import { lessonLine } from './question.ts';
import type { Candidate, Member, Search, Trial } from './search-parts.ts';
import { withFewShots } from './sections.ts';
import { inFixedOrder, inTurns, MOST_SHOTS, shotOf } from './shots.ts';

/** Tries changes until none has helped for as many rounds as there is patience. */
export async function searchPrompts(search: Search): Promise<void> {
  const random = seededRandom(search.options.seed);
  const turns = new Map<string, number>();
  const { patience } = search.options;
  let best = Math.max(...search.members.map(({ primary }) => primary));
  let [idle, rejected] = [0, 0];
  for (let round = 1; round <= search.rounds && idle < patience && rejected < patience; round++) {
    search.asking.checkStop();
    const parent = drawParent(paretoSet(search.members), random);
    const proposal = await nextProposal(parent, round, turns, search);
    if (proposal === null) return search.parts.tell('nothing is left to try');
    const member = await tryOut(proposal, parent, search);
    // What was never asked shows nothing about what can be gained; only a row of such answers ends the search.
    rejected = proposal.kind === 'rejected' ? rejected + 1 : 0;
    if (proposal.kind === 'rejected') continue;
    idle = member !== null && member.primary > best ? 0 : idle + 1;
    best = Math.max(best, member?.primary ?? 0);
  }
}

/** Paragraphs and few-shots in turn, where both may be changed. `turns` counts what was tried on each parent, so that it is asked for something new. */
async function nextProposal(parent: Member, round: number, turns: Map<string, number>, search: Search): Promise<Proposal | null> {
  const nextTurn = (kind: string) => {
    const turn = turns.get(`${parent.hash} ${kind}`) ?? 0;
    turns.set(`${parent.hash} ${kind}`, turn + 1);
    return turn;
  };
  const patch = () =>
    proposePatch(parent, nextTurn('patch'), search).catch((error: unknown) => {
      search.asking.checkStop();
      throw error;
    });
  const shots = () => proposeShots(parent, nextTurn('few-shots'), search);
  if (search.options.mode === 'edit') return patch();
  if (search.options.mode === 'fewshot') return shots();
  return round % 2 === 1 ? patch() : ((await shots()) ?? patch());
}

/** The member a proposal became, or null; the lineage and the lessons say why. */
async function tryOut(proposal: Proposal, parent: Member, search: Search): Promise<Member | null> {
  const { diagnosis, section, lesson } = proposal;
  if (proposal.kind === 'rejected') {
    const { what, why } = proposal;
    note(
      { origin: 'patch', what, hash: null, parent: parent.hash, outcome: 'rejected', why, gain: null, rows: 0, tokens: null, diagnosis },
      search,
    );
    search.lessons.push(lessonLine(section, lesson, `rejected: ${why}`));
    return null;
  }
  const { trial, member } = await runTrial(proposal.candidate, parent, search);
  note({ ...trial, diagnosis }, search);
  search.lessons.push(lessonLine(section, lesson, `${trial.outcome}${trial.gain === null ? '' : ` ${points(trial.gain)}`}`));
  return member;
}

/** Races a candidate, guards it, and takes it in among the members if nothing speaks against it. */
export async function runTrial(candidate: Candidate, parent: Member, search: Search): Promise<{ trial: Trial; member: Member | null }> {
  search.tried.add(candidate.hash);
  const raced = await race(candidate, parent, search);
  const told = {
    origin: candidate.origin,
    what: candidate.what,
    hash: candidate.hash,
    parent: parent.hash,
    tokens: candidate.facts.tokens,
    diagnosis: '',
  };
  if (raced.kind === 'beaten') {
    const { gain, n, interval } = raced.gain;
    const why = `beaten by its parent on ${n} rows, at best ${points(interval.high)}`;
    return { trial: { ...told, outcome: 'dropped', why, gain, rows: n }, member: null };
  }
  const member = memberOf(candidate, raced.dev, search);
  const gain = pairedGain(member.rights, search.incumbent.rights, clustersOf(search.dev));
  const refused = refusalOf(member, search);
  search.finalists.push({ hash: member.hash, gain, accepted: refused === null });
  const measured = { ...told, gain: gain.gain, rows: gain.n };
  if (refused !== null) return { trial: { ...measured, outcome: 'refused', why: refused }, member: null };
  const best = Math.max(...search.members.map(({ primary }) => primary));
  search.members.push(member);
  const stays = paretoSet(search.members).includes(member);
  const outcome = member.primary > best ? 'better' : stays ? 'kept' : 'dominated';
  return { trial: { ...measured, outcome, why: `${gain.fixed} fixed, ${gain.broken} broken against the incumbent` }, member };
}

/** A cheap baseline: few-shots drawn at random, the same number of each label, as many as fit. */
export async function randomShots(search: Search): Promise<void> {
  const { pool, data, parts, folder, incumbent, tokenCap } = search;
  if (pool.rows.length === 0)
    return parts.tell('no few-shots from train: it has no short row, unlike all of dev and test, that is labelled on every axis');
  const drawn = inTurns(shuffled(pool.rows, seededRandom(search.options.seed)), data.axes, MOST_SHOTS).map(shotOf);
  for (let count = drawn.length; count > 0; count--) {
    const text = withFewShots(incumbent.text, inFixedOrder(drawn.slice(0, count)));
    if (text === null) return parts.tell('no few-shots: write the places of `# System` as `system: […]` in the front matter');
    const facts = await parts.inspect(text, 'random few-shots');
    if (facts.tokens > tokenCap || search.tried.has(facts.hash)) continue;
    const told = { origin: 'random few-shots' as const, parent: incumbent.hash, what: `${count} drawn at random` };
    const { trial, member } = await runTrial(await candidateOf(text, folder, told, parts), incumbent, search);
    note(trial, search);
    search.random = member;
    // A yardstick for the others; where only paragraphs may change it is no parent.
    if (member !== null && search.options.mode === 'edit') {
      search.members = search.members.filter(({ hash }) => hash !== member.hash);
      search.finalists = search.finalists.filter(({ hash }) => hash !== member.hash);
    }
    return;
  }
}

/** Names and reasons may hold what a model said: no control characters of it reach a terminal. */
export function note(trial: Trial, { trials, parts }: Pick<Search, 'trials' | 'parts'>): void {
  const [what, why] = [trial.what, trial.why].map((text) => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')) as [string, string];
  trials.push({ ...trial, what, why });
  const gain = trial.gain === null ? '' : ` ${points(trial.gain)} on ${trial.rows} rows,`;
  parts.tell(`${String(trials.length - 1).padStart(3)} ${trial.origin}: ${what} →${gain} ${trial.outcome}: ${why}`);
}

/** @example points(-0.0123) // => '−1.2 points' */
export const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} points`;
