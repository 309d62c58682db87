import type { Facts } from '../core/facts.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { toRequest } from '../core/request.ts';
import { decide } from '../decide/decide.ts';
import { type Contender, contenderFrom, type ModelColumns } from '../eval/field.ts';
import { clusteredMean } from '../eval/metrics/clustered.ts';
import { isGap } from '../eval/metrics/gap.ts';
import type { FitData } from './fit-data.ts';
import { points } from './fit-guard.ts';

/** Whether a candidate may take the place of the policy in use, on questions neither was fitted on. */
export type Gate = {
  passed: boolean;
  /** Questions compared. */
  rows: number;
  /** Candidate less incumbent, 0..1, with intervals of 95 %; null when there are too few rows. */
  utility: { mean: number; low: number; high: number } | null;
  quality: { mean: number; low: number; high: number } | null;
  text: string;
};

/** Loss of utility that still counts as none, if the mean is not below 0. */
const MARGIN = 0.01;
const LEAST_ROWS = 30;

export type GateInput = {
  incumbent: ReadyPolicy;
  /** What the candidate chose on left-out rows, all rows of the table. */
  candidate: Contender;
  /** Quality a dollar is worth to the candidate. */
  usdWeight: number;
  factsOf: (text: ReturnType<typeof toRequest>) => Facts;
};

/**
 * Paired comparison of utility = quality − usdWeight · usd on rows whose text the incumbent was not fitted on, the candidate choosing from
 * folds the row is not in. Passed: the whole interval above 0, or above −1 point with a mean that is not below 0.
 */
export function gateAgainst({ incumbent, candidate, usdWeight, factsOf }: GateInput, data: FitData): Gate {
  const { table } = data;
  const seen = new Set(incumbent.fitted?.table.seen.split(' ') ?? []);
  const rows = table.ids.map((_, row) => row).filter((row) => !seen.has(table.fingerprints[row] as string));
  const served = serve(incumbent, data, factsOf);
  const priced = [candidate, served].every(({ usd }) => rows.every((row) => !Number.isNaN(usd[row])));
  const worth = ({ quality, usd }: Contender, row: number) => (quality[row] as number) - (priced ? usdWeight * (usd[row] as number) : 0);
  const utility = differenceOf(rows, table.clusterOf, (row) => worth(candidate, row) - worth(served, row));
  const quality = differenceOf(rows, table.clusterOf, (row) => (candidate.quality[row] as number) - (served.quality[row] as number));
  if (rows.length < LEAST_ROWS || utility === null || quality === null) {
    const text = `not passed: only ${rows.length} question(s) that \`${incumbent.name}\` was not fitted on; bring at least ${LEAST_ROWS}`;
    return { passed: false, rows: rows.length, utility: null, quality: null, text };
  }
  const passed = utility.low > 0 || (utility.low > -MARGIN && utility.mean >= 0);
  const figures = `utility ${points(utility.mean)} points (${points(utility.low)} to ${points(utility.high)}), quality ${points(quality.mean)}`;
  const text = `${passed ? 'passed' : 'not passed'} against \`${incumbent.name}\` on ${rows.length.toLocaleString('en')} unseen questions: ${figures}`;
  return { passed, rows: rows.length, utility, quality, text };
}

function differenceOf(rows: readonly number[], clusterOf: Int32Array, of: (row: number) => number) {
  const mean = clusteredMean(
    rows.map(of),
    rows.map((row) => clusterOf[row] as number),
  );
  return isGap(mean) ? null : { mean: mean.mean, low: mean.interval.low, high: mean.interval.high };
}

/** What the incumbent decides on every row, as in service; models the table has no outcomes of stand aside. */
function serve(policy: ReadyPolicy, { table, labels }: FitData, factsOf: GateInput['factsOf']): Contender {
  const index = placesOf(
    policy,
    table.models.map(({ name }) => name),
  );
  const absent = [...policy.models.keys()].filter((id) => !index.has(id));
  const unavailable = Object.fromEntries(absent.map((id) => [id, 'the table has no outcomes of it']));
  const choices = Int32Array.from(table.prompts, (prompt, row) => {
    const request = toRequest(prompt);
    const scores = policy.read === undefined ? {} : { scores: policy.read(request) };
    const decision = decide({ label: labels[row] ?? {}, facts: factsOf(request), overrides: { unavailable }, ...scores }, policy);
    return decision.kind === 'refused' ? -1 : (index.get(decision.model) ?? -1);
  });
  const columns: ModelColumns[] = table.models.map(({ name, quality, usd }) => ({ model: name, quality, usd, allowed: () => true }));
  return contenderFrom('incumbent', 'router', choices, columns);
}

/** Place in the table of each model of a policy: by what its fit says, by id, or by the name after the slash. */
function placesOf({ models, fitted }: ReadyPolicy, names: readonly string[]): Map<string, number> {
  const told = new Map(fitted?.models.map(({ id, name }) => [id, name]));
  const places = [...models.values()].map(({ id, wireName }) => {
    const found = [told.get(id), id, wireName].map((name) => names.indexOf(name ?? '')).find((at) => at >= 0);
    return [id, found ?? -1] as const;
  });
  return new Map(places.filter(([, at]) => at >= 0));
}
