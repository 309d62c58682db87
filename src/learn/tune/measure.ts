import { join } from 'node:path';
import { seededRandom, shuffled } from '../../core/random.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import type { Predicted } from '../../eval/predict.ts';
import { guardFailure } from './conclude.ts';
import { type PairedGain, pairedGain, type Right, rightRows, shareRight, topRights } from './paired.ts';
import type { TuneParts } from './parts.ts';
import { blockSizes, isBeaten, MINIBATCH } from './race.ts';
import type { Candidate, Member, Origin, Search } from './search-parts.ts';

/** A prompt's text as a candidate, written into the run folder so that it is asked by the ordinary path from a file. */
export async function candidateOf(
  text: string,
  folder: string,
  told: { origin: Origin; parent: string | null; what: string },
  { inspect, files }: Pick<TuneParts, 'inspect' | 'files'>,
): Promise<Candidate> {
  const facts = await inspect(text, told.what);
  const file = join(folder, 'prompts', `${facts.hash}.md`);
  if (!files.exists(file)) files.write(file, text);
  return { hash: facts.hash, file, text, facts, ...told };
}

/** How a race ended: beaten early on, or measured on the whole of dev. */
export type Raced = { kind: 'beaten'; gain: PairedGain } | { kind: 'measured'; dev: Predicted[] };

/** A candidate against its parent on the same rows: first a minibatch of train, then growing blocks of dev. */
export async function race(candidate: Candidate, parent: Candidate, search: Search): Promise<Raced> {
  const first = await versus(candidate, parent, search.feedback.slice(0, MINIBATCH), 'train', search);
  if (isBeaten(first)) return { kind: 'beaten', gain: first };
  let done = 0;
  for (const size of blockSizes(search.dev.length)) {
    done += size;
    const gain = await versus(candidate, parent, search.dev.slice(0, done), 'dev', search);
    if (isBeaten(gain)) return { kind: 'beaten', gain };
  }
  return { kind: 'measured', dev: await search.asking.answers(candidate, search.dev, 'dev') };
}

async function versus(
  candidate: Candidate,
  parent: Candidate,
  rows: readonly DatasetRow[],
  split: string,
  { asking, data }: Search,
): Promise<PairedGain> {
  const before = rightRows(rows, await asking.answers(parent, rows, split), data.axes);
  const after = rightRows(rows, await asking.answers(candidate, rows, split), data.axes);
  return pairedGain(after, before, clustersOf(rows));
}

export const clustersOf = (rows: readonly DatasetRow[]): string[] => rows.map(({ cluster }) => cluster);

/** A candidate with its figures on the whole of dev. */
export function memberOf(
  candidate: Candidate,
  dev: readonly Predicted[],
  { data, dev: rows, tops }: Pick<Search, 'data' | 'dev' | 'tops'>,
): Member {
  const rights = rightRows(rows, dev, data.axes);
  const { facts } = candidate;
  return {
    ...candidate,
    dev,
    rights,
    primary: shareRight(rights) ?? 0,
    topRecall: shareRight(topRights(rows, dev, tops)),
    tokens: facts.tokens,
  };
}

/** Why a measured candidate must not be accepted, whatever it gains over the incumbent. */
export function refusalOf(member: Member, { incumbent, dev: rows, tops }: Search): string | null {
  const recall = recallGain(rows, member.dev, incumbent.dev, tops, 0.9);
  const unreadable = (dev: readonly Predicted[]) => dev.filter(({ state }) => state === 'parse_failed').length;
  return guardFailure(recall, { before: unreadable(incumbent.dev), after: unreadable(member.dev) });
}

/** Paired gain in recall of the top value; null where no row has it. */
export function recallGain(
  rows: readonly DatasetRow[],
  after: readonly Predicted[],
  before: readonly Predicted[],
  tops: Search['tops'],
  level: number,
): PairedGain | null {
  const due: Right[] = topRights(rows, after, tops);
  return due.every((right) => right === null) ? null : pairedGain(due, topRights(rows, before, tops), clustersOf(rows), level);
}

/** Rows in a fixed random order, whatever order the file has. */
export const inRandomOrder = (rows: readonly DatasetRow[], seed: number): DatasetRow[] => shuffled(rows, seededRandom(seed));
