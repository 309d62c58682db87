import { basename } from 'node:path';
import { seededRandom, shuffled } from '../../core/random.ts';
import type { OpenRun } from '../../eval/run-folder.ts';
import { openAsking } from './asking.ts';
import { type FreeBaseline, majority, nearestNeighbours } from './baselines.ts';
import { textGuard } from './guards.ts';
import { candidateOf, inRandomOrder, memberOf } from './measure.ts';
import { topAxes } from './paired.ts';
import { type PromptFacts, TUNE_DEFAULTS, type TuneData, type TuneOptions, type TuneParts } from './parts.ts';
import type { Preflight } from './preflight.ts';
import { FEEDBACK_ROWS, type Member, type Search } from './search-parts.ts';
import { inTurns, shotPool } from './shots.ts';
import type { Spend } from './spend.ts';

/** What is known before the first call. */
export type Start = { text: string; facts: PromptFacts; plan: Preflight; models: { task: string; reflect: string } };

export type OpenSearch = {
  run: OpenRun;
  spend: Spend;
  start: Start;
  reflecting: Search['reflecting'];
  data: TuneData;
  options: TuneOptions;
  parts: TuneParts;
};

/** A search with its rows drawn and the incumbent measured. */
export async function openSearch({ run, spend, start, reflecting, data, options, parts }: OpenSearch): Promise<Search> {
  const { train, dev, test } = data.splits;
  const { mode, patience, seed, maxPromptTokens } = { ...TUNE_DEFAULTS, ...options };
  const random = seededRandom(seed);
  const feedback = shuffled(inTurns(shuffled(train, random), data.axes, FEEDBACK_ROWS), random);
  const asked = {
    options: { mode, patience, seed, signal: options.signal },
    parts,
    data,
    asking: openAsking({ run, spend, options, parts }),
    reflecting,
    folder: run.folder,
    dev: inRandomOrder(dev, seed),
    tops: topAxes(parts.taxonomy, data.axes),
  };
  const incumbent = await measuredIncumbent(start, options, asked);
  return {
    ...asked,
    incumbent,
    feedback,
    // A few-shot shows a value of every axis.
    pool: shotPool(
      Object.keys(parts.taxonomy).every((axis) => data.axes.includes(axis)) ? train : [],
      [...dev, ...test],
      data.axes,
      random,
    ),
    tokenCap: Math.max(maxPromptTokens, start.facts.tokens),
    rounds: start.plan.rounds,
    guard: textGuard([...train, ...dev, ...test]),
    random: null,
    members: [incumbent],
    finalists: [],
    trials: [firstTrial(incumbent)],
    lessons: [],
    tried: new Set([incumbent.hash]),
  };
}

async function measuredIncumbent(
  { text }: Start,
  { promptFile }: TuneOptions,
  asked: Pick<Search, 'asking' | 'dev' | 'tops' | 'data' | 'folder' | 'parts'>,
): Promise<Member> {
  const candidate = await candidateOf(text, asked.folder, { origin: 'incumbent', parent: null, what: basename(promptFile) }, asked.parts);
  return memberOf(candidate, await asked.asking.answers(candidate, asked.dev, 'dev'), asked);
}

function firstTrial({ hash, what, primary, dev, tokens }: Member): Search['trials'][number] {
  const why = `${(primary * 100).toFixed(1)} % of ${dev.length} dev rows right on every axis`;
  return { origin: 'incumbent', what, hash, parent: null, outcome: 'incumbent', why, gain: null, rows: dev.length, tokens, diagnosis: '' };
}

/** What costs nothing and asks nobody. */
export function freeBaselines({ data, dev, feedback }: Search): FreeBaseline[] {
  const drawn = new Set(feedback);
  const train = [...feedback, ...data.splits.train.filter((row) => !drawn.has(row))];
  return [majority(train, dev, data.axes), nearestNeighbours(train, dev, data.axes)];
}
