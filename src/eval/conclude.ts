import { join } from 'node:path';
import { isRouterError, RouterError } from '../core/errors.ts';
import { type Comparison, compareRuns } from './compare.ts';
import { figuresOf, routerUsdPer1k } from './figures.ts';
import { checkGate, type Gate, type GateCheck } from './gate.ts';
import type { EvalParts, GitReader } from './parts.ts';
import { blessRun, type CurrentRun, changedBetween, findReference, type Reference, type ReferencePlaces } from './reference.ts';
import { comparisonMarkdown, comparisonScreen, gateMarkdown, gateScreen } from './report/comparison.ts';
import { junitXml } from './report/junit.ts';
import type { EvalMetrics, Verdict } from './result.ts';
import type { ServedRow } from './served.ts';
import type { TableMetrics } from './table/result.ts';
import type { Tuning } from './tuning.ts';
import { isAnswered } from './validity.ts';

/** What is asked of a finished run beyond its own figures. */
export type ConcludeOptions = {
  /** `last`, `blessed`, `git:REV` or a run folder. */
  compare?: string;
  gate?: Gate;
  /** Ids the gate never lets break. */
  neverBreak?: readonly string[];
  /** Make this run the committed baseline. */
  bless?: boolean;
  /** Where baselines are committed. */
  baselinesFolder: string;
  /** Reads revisions, for `compare: 'git:REV'`. */
  git?: GitReader;
};

export type Finished = {
  run: CurrentRun;
  /** Why no gate may pass and nothing be blessed on this run; null when it is complete and valid. */
  unfit: string | null;
  metrics: EvalMetrics | TableMetrics;
  classifier: string;
  served: readonly ServedRow[];
  seed: number;
  replicates: number;
};

export type Conclusion = {
  screen: string;
  markdown: string;
  comparison: Comparison | null;
  gate: GateCheck[] | null;
  /** False when the gate failed, or the run could not be blessed as asked. */
  passed: boolean;
  tuning?: Tuning;
};

/**
 * Compares, gates and blesses a finished run. Writes `comparison.json` and `junit.xml` beside it. Only a complete, valid run that passes
 * its gate is blessed.
 *
 * @throws RouterError `input.not-found` or `eval.invalid` when there is nothing to compare with
 */
export function conclude(
  finished: Finished,
  options: ConcludeOptions,
  runsFolder: string,
  parts: Pick<EvalParts, 'files' | 'clock'>,
): Conclusion {
  const places = placesOf(options, runsFolder);
  const refusal = options.compare === undefined ? undefined : notComparable(options.compare, finished.run, options, runsFolder, parts);
  const comparison = options.compare === undefined || refusal !== undefined ? null : compareWith(options.compare, finished, places, parts);
  const gate = options.gate === undefined ? null : gated(options.gate, finished, comparison, refusal, options, parts);
  const { folder } = finished.run;
  if (comparison !== null) parts.files.write(join(folder, 'comparison.json'), `${JSON.stringify(comparison, null, 1)}\n`);
  if (gate !== null) parts.files.write(join(folder, 'junit.xml'), junitXml(`pointsman ${finished.run.name}`, gate));
  const passed = gate === null || gate.every(({ pass }) => pass);
  const refused = options.bless === true ? notBlessed(finished, comparison, passed) : null;
  const blessed =
    options.bless !== true
      ? []
      : refused !== null
        ? [`NOT BLESSED  ${refused}\n`]
        : [
            `BLESSED  ${blessRun(finished.run, finished.served, places, parts.files)}: commit it, and hold later runs to it with \`--compare blessed\`\n`,
          ];
  const screen = [...(comparison === null ? [] : [comparisonScreen(comparison)]), ...(gate === null ? [] : [gateScreen(gate)]), ...blessed];
  const markdown = [...(gate === null ? [] : [gateMarkdown(gate)]), ...(comparison === null ? [] : [comparisonMarkdown(comparison)])];
  return { screen: screen.join('\n'), markdown: markdown.join('\n\n'), comparison, gate, passed: passed && refused === null };
}

/** Why a run is no baseline; null when it may be one. */
function notBlessed({ unfit }: Finished, comparison: Comparison | null, passed: boolean): string | null {
  if (unfit !== null) return `only a complete, valid run becomes a baseline: ${unfit}`;
  if (comparison?.verdict.word === 'INVALID') return `the comparison is INVALID: ${comparison.verdict.text}`;
  return passed ? null : 'the gate failed';
}

/** The gate's checks; on a run without fair rows one more, which fails. */
function gated(
  gate: Gate,
  finished: Finished,
  comparison: Comparison | null,
  refusal: string | undefined,
  { neverBreak = [] }: ConcludeOptions,
  { clock }: Pick<EvalParts, 'clock'>,
): GateCheck[] {
  const { unfit } = finished;
  const unsound = unfit ?? (comparison?.verdict.word === 'INVALID' ? comparison.verdict.text : null);
  const spoken = refusal?.split('\n').map((line) => line.trim());
  const checks = checkGate({
    ...gateInput(finished, comparison),
    ...(spoken === undefined ? {} : { noReference: spoken.join(' ') }),
    gate,
    neverBreak,
    now: clock.now(),
  });
  if (unsound === null) return checks;
  return [...checks, { name: 'the run is complete and valid', pass: false, found: unsound, wanted: 'answers to the rows' }];
}

/**
 * The exit code of a finished run: 3 where nothing of it counts, 4 where the budget stopped it, 1 where the gate failed.
 */
export function exitCodeOf(verdict: Verdict, partial: boolean, { comparison, passed }: Conclusion): 0 | 1 | 3 | 4 {
  if (comparison?.verdict.word === 'INVALID') return 3;
  if (partial) return 4;
  if (verdict.word === 'INVALID') return 3;
  return passed ? 0 : 1;
}

/**
 * Looks for the reference before anything is labelled or spent.
 *
 * @throws RouterError `input.not-found` or `eval.invalid` as `conclude` would, also for a reference without answers
 */
export function checkReference(
  run: Omit<CurrentRun, 'folder' | 'startedAt'>,
  options: Partial<ConcludeOptions>,
  runsFolder: string,
  parts: Pick<EvalParts, 'files'>,
): void {
  const { compare, baselinesFolder = BASELINES } = options;
  if (compare !== undefined)
    notComparable(compare, { ...run, folder: '', startedAt: '' }, { ...options, baselinesFolder }, runsFolder, parts);
}

const placesOf = ({ baselinesFolder, git }: ConcludeOptions, runsFolder: string): ReferencePlaces => ({
  runsFolder,
  baselinesFolder,
  ...(git === undefined ? {} : { git }),
});

/** Where baselines are committed unless said otherwise. */
export const BASELINES = 'evals/baselines';

/** Why the reference cannot be compared, where the gate allows that; undefined when it can. One that no gate may rest on is never let pass. */
function notComparable(
  wanted: string,
  run: CurrentRun,
  options: ConcludeOptions,
  runsFolder: string,
  { files }: Pick<EvalParts, 'files'>,
): string | undefined {
  const { gate } = options;
  let reference: Reference;
  try {
    reference = findReference(wanted, run, placesOf(options, runsFolder), files);
  } catch (error) {
    if (gate?.noncomparable === 'skip' && isRouterError(error) && error.code === 'eval.invalid') return error.message;
    throw error;
  }
  refuseUnfit(reference, gate);
  return undefined;
}

function refuseUnfit({ name, served, unfit }: Reference, gate: Gate | undefined): void {
  if (served.some(isAnswered) && (gate === undefined || unfit === null)) return;
  throw new RouterError('eval.invalid', `\`${name}\` cannot be held against anything: ${unfit ?? 'it has no rows'}`, {
    where: '--compare',
    advice: 'bless a complete, valid run (`pointsman eval --bless`), or name one with `--compare`',
  });
}

function compareWith(
  wanted: string,
  { run, unfit: mine, served, seed, replicates }: Finished,
  places: ReferencePlaces,
  { files }: Pick<EvalParts, 'files'>,
): Comparison {
  const { name, hash, startedAt, identity, served: before, unfit } = findReference(wanted, run, places, files);
  return compareRuns({
    before,
    after: served,
    reference: { name, hash, startedAt },
    changed: changedBetween(identity, run.identity),
    seed,
    replicates,
    caution: cautionOf(unfit, mine),
  });
}

/** What a reader must know before acting on a comparison; null when both runs are complete and valid. */
export function cautionOf(before: string | null, after: string | null): string | null {
  const told = [...(before === null ? [] : [`of the older run, ${before}`]), ...(after === null ? [] : [`of the newer run, ${after}`])];
  return told.length === 0 ? null : told.join('; ');
}

function gateInput({ metrics, classifier, served }: Finished, comparison: Comparison | null) {
  return { figures: figuresOf(metrics, classifier), usdPer1k: routerUsdPer1k(metrics), comparison, served };
}
