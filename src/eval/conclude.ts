import { join } from 'node:path';
import { isRouterError } from '../core/errors.ts';
import { type Comparison, compareRuns } from './compare.ts';
import { figuresOf, routerUsdPer1k } from './figures.ts';
import { checkGate, type Gate, type GateCheck } from './gate.ts';
import type { EvalParts } from './parts.ts';
import { blessRun, type CurrentRun, changedBetween, findReference, type ReferencePlaces } from './reference.ts';
import { comparisonMarkdown, comparisonScreen, gateMarkdown, gateScreen } from './report/comparison.ts';
import { junitXml } from './report/junit.ts';
import type { EvalMetrics } from './result.ts';
import type { ServedRow } from './served.ts';
import type { TableMetrics } from './table/result.ts';
import type { Tuning } from './tuning.ts';

/** What is asked of a finished run beyond its own figures. */
export type ConcludeOptions = {
  /** `last`, `blessed` or a run folder. */
  compare?: string;
  gate?: Gate;
  /** Ids the gate never lets break. */
  neverBreak?: readonly string[];
  /** Make this run the committed baseline. */
  bless?: boolean;
  /** Where baselines are committed. */
  baselinesFolder: string;
};

export type Finished = {
  run: CurrentRun;
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
  passed: boolean;
  tuning?: Tuning;
};

/**
 * Compares, gates and blesses a finished run. Writes `comparison.json` and `junit.xml` beside it.
 *
 * @throws RouterError `input.not-found` or `eval.invalid` when there is nothing to compare with
 */
export function conclude(
  finished: Finished,
  options: ConcludeOptions,
  runsFolder: string,
  parts: Pick<EvalParts, 'files' | 'clock'>,
): Conclusion {
  const places: ReferencePlaces = { runsFolder, baselinesFolder: options.baselinesFolder };
  const refusal = options.compare === undefined ? undefined : notComparable(options.compare, finished.run, options, runsFolder, parts);
  const comparison = options.compare === undefined || refusal !== undefined ? null : compareWith(options.compare, finished, places, parts);
  const gate =
    options.gate === undefined
      ? null
      : checkGate({
          ...gateInput(finished, comparison),
          ...(refusal === undefined
            ? {}
            : {
                noReference: refusal
                  .split('\n')
                  .map((line) => line.trim())
                  .join(' '),
              }),
          gate: options.gate,
          neverBreak: options.neverBreak ?? [],
          now: parts.clock.now(),
        });
  const { folder } = finished.run;
  if (comparison !== null) parts.files.write(join(folder, 'comparison.json'), `${JSON.stringify(comparison, null, 1)}\n`);
  if (gate !== null) parts.files.write(join(folder, 'junit.xml'), junitXml(`pointsman ${finished.run.name}`, gate));
  const passed = gate === null || gate.every(({ pass }) => pass);
  const blessed =
    options.bless === true && passed
      ? [
          `BLESSED  ${blessRun(finished.run, finished.served, places, parts.files)}: commit it, and hold later runs to it with \`--compare blessed\`\n`,
        ]
      : [];
  const screen = [...(comparison === null ? [] : [comparisonScreen(comparison)]), ...(gate === null ? [] : [gateScreen(gate)]), ...blessed];
  const markdown = [...(gate === null ? [] : [gateMarkdown(gate)]), ...(comparison === null ? [] : [comparisonMarkdown(comparison)])];
  return { screen: screen.join('\n'), markdown: markdown.join('\n\n'), comparison, gate, passed };
}

/**
 * Looks for the reference before anything is labelled or spent.
 *
 * @throws RouterError `input.not-found` or `eval.invalid` as `conclude` would
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

/** Where baselines are committed unless said otherwise. */
export const BASELINES = 'evals/baselines';

/** Why the reference cannot be compared, where the gate allows that; undefined when it can. */
function notComparable(
  wanted: string,
  run: CurrentRun,
  { gate, baselinesFolder }: ConcludeOptions,
  runsFolder: string,
  { files }: Pick<EvalParts, 'files'>,
): string | undefined {
  try {
    findReference(wanted, run, { runsFolder, baselinesFolder }, files);
    return undefined;
  } catch (error) {
    if (gate?.noncomparable === 'skip' && isRouterError(error) && error.code === 'eval.invalid') return error.message;
    throw error;
  }
}

function compareWith(
  wanted: string,
  { run, served, seed, replicates }: Finished,
  places: ReferencePlaces,
  { files }: Pick<EvalParts, 'files'>,
): Comparison {
  const { name, hash, startedAt, identity, served: before } = findReference(wanted, run, places, files);
  return compareRuns({
    before,
    after: served,
    reference: { name, hash, startedAt },
    changed: changedBetween(identity, run.identity),
    seed,
    replicates,
  });
}

function gateInput({ metrics, classifier, served }: Finished, comparison: Comparison | null) {
  return { figures: figuresOf(metrics, classifier), usdPer1k: routerUsdPer1k(metrics), comparison, served };
}
