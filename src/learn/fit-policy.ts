import type { Fitted } from '../core/fitted.ts';
import { poolText } from '../core/fitted.ts';
import type { PolicyModel } from '../core/models.ts';
import type { PolicyInput } from '../core/policy.ts';
import type { Estimated } from '../eval/compete.ts';
import type { Contender } from '../eval/field.ts';
import { shortHash } from '../eval/load.ts';
import type { Gap } from '../eval/metrics/gap.ts';
import { isGap } from '../eval/metrics/gap.ts';
import { usdWeightGrid } from '../eval/table/choose.ts';
import { type FitData, withoutKinds } from './fit-data.ts';
import { type Dial, settle } from './fit-dial.ts';
import { type Evidence, gather, guard, usdOrNothing, usdPer1k, type Verdict } from './fit-guard.ts';
import { encodeHeads, scoresOfRow } from './fit-heads.ts';
import { blendBy, foldsOf, type LeftOut, leaveOut } from './fit-left.ts';
import { type FitParts, fitParts, meanOver } from './fit-parts.ts';
import { clearestRows, tellingTerms } from './fit-terms.ts';
import { trafficOf } from './fit-traffic.ts';
import { assumptionOf, dialText, findingOf } from './fit-words.ts';

export type FitOptions = {
  models: readonly PolicyModel[];
  dial: Dial;
  /** Name of the classifier whose labels the cells rest on. */
  classifier: string;
  /** File the weights will lie in, beside the policy, from their hash. */
  weightsFile: (hash: string) => string;
  seed: number;
  folds: number;
  tell?: (text: string) => void;
};

export type FitResult = {
  policy: PolicyInput & { fitted: Fitted };
  weights: Uint8Array | null;
  /** What the policy would have chosen on rows left out. */
  leftOut: Contender;
};

/** Learned kinds that move expectations less than this are left out. */
const WORTH = 0.05;
/** Trades tried, from quality alone to cheapness alone. */
const TRADES = 61;

/** A policy from outcomes: learned, judged on left-out folds, guarded. Seeded: the same data and options give the same bytes. */
export function fitPolicy(data: FitData, options: FitOptions): FitResult {
  const { seed, dial, tell } = options;
  const ids = options.models.map(({ id }) => id);
  const folds = foldsOf(data, options.folds, seed);
  const left = leaveOut(data, ids, folds, seed, (fold) => tell?.(`fold ${fold} of ${folds.count}`));
  const grid = tradesOf(data, left);
  const evidence = gather(left, data, dial, grid, seed);
  const everything = Int32Array.from(data.table.ids, (_, row) => row);
  const { blend, expected } = blendBy(left, data, everything);
  const usd = usdOrNothing(left.guessed.usd, data.table);
  const { usdWeight, constant } = settle(dial, { table: data.table, expected, usd, grid, rows: everything });
  const told = data.kinds.learned && blend.kinds < WORTH ? withoutKinds(data) : data;
  const parts = fitParts(told, everything, ids, seed);
  const weights = blend.heads + blend.kinds > 0 ? encodeHeads(parts.heads) : null;
  const hash = weights === null ? null : shortHash(weights);
  const verdict = guard(evidence, dial, data.table.categories);
  const kept: Verdict = usdWeight === null && verdict.routed ? { routed: false, why: 'no trade keeps the promise' } : verdict;
  const constantId = ids[constant] as string;
  const leftOut = kept.routed ? evidence.router : evidence.constant;
  const fitted: Fitted = {
    schemaVersion: 1,
    finding: findingOf(kept, constantId, data.table, dial),
    choice: kept.routed ? 'routed' : 'constant',
    constant: constantId,
    pool: shortHash(poolText(options.models)),
    table: tableOf(data),
    classifier: options.classifier,
    seed,
    dial: { kind: dial.kind, text: dialText(dial), assumes: assumptionOf(dial) },
    blend,
    models: parts.figures.models,
    kinds: describedKinds(parts, told),
    cells: parts.figures.cells,
    folds: { count: folds.count, ...resultsOf(evidence, left) },
    ...trafficOf(data, leftOut),
    weights: hash === null ? null : { file: options.weightsFile(hash), hash },
  };
  return { policy: policyOf(fitted, options.models, usdWeight, kept.routed), weights, leftOut };
}

/** Weights of a dollar around the trade the table offers; quality alone where no cost is known. */
function tradesOf({ table }: FitData, { guessed, folds }: LeftOut): number[] {
  const all = Int32Array.from(folds.foldOf, (_, row) => row);
  const costs = table.models.map(({ usd }) => meanOver(usd, all)).filter((usd) => !Number.isNaN(usd));
  costs.sort((a, b) => a - b);
  return guessed.usd.every(Number.isNaN) ? [0] : usdWeightGrid(costs[Math.floor(costs.length / 2)] ?? Number.NaN, TRADES);
}

function tableOf({ table }: FitData): Fitted['table'] {
  const ids = shortHash([...table.ids].sort().join('\n'));
  return {
    name: table.name,
    hash: table.hash,
    rows: table.ids.length,
    ids,
    seen: [...table.fingerprints].sort().join(' '),
    usd: table.evidence.usd,
  };
}

function describedKinds({ figures, heads }: FitParts, { table, kinds, features }: FitData): Fitted['kinds'] {
  const terms = tellingTerms(table.prompts, kinds);
  const scores = kinds.names.length === 0 ? [] : features.map((row) => scoresOfRow(heads, row).kinds);
  return figures.kinds.map((kind, at) => ({
    ...kind,
    terms: terms[at] ?? [],
    examples: clearestRows(table.ids, kinds, at, (row) => scores[row]?.[at] ?? 0),
  }));
}

function resultsOf({ router, constant, weights, liftOverFreeMix, overBestConstant }: Evidence, { folds }: LeftOut) {
  const all = Int32Array.from(folds.foldOf, (_, row) => row);
  const result = (fold: number | 'all', rows: Int32Array): Fitted['folds']['results'][number] => {
    const mean = (values: Float64Array) => round(meanOver(values, rows));
    const cost = (values: Float64Array) =>
      usdPer1k({ ...router, usd: values }) === null ? null : round(meanOver(values, rows) * 1_000, 1e6);
    return {
      fold,
      rows: rows.length,
      quality: mean(router.quality),
      usdPer1k: cost(router.usd),
      constantQuality: mean(constant.quality),
      constantUsdPer1k: cost(constant.usd),
      usdWeight: fold === 'all' ? null : (weights[fold] ?? null),
    };
  };
  const each = Array.from({ length: folds.count }, (_, fold) =>
    result(
      fold,
      all.filter((row) => folds.foldOf[row] === fold),
    ),
  );
  return {
    results: [...each, result('all', all)],
    liftOverFreeMix: intervalOf(liftOverFreeMix),
    overBestConstant: intervalOf(overBestConstant),
  };
}

const round = (value: number, scale = 1e4): number => Math.round(value * scale) / scale;

function intervalOf(figure: Estimated | Gap): { mean: number; low: number; high: number } | null {
  return isGap(figure) ? null : { mean: round(figure.mean), low: round(figure.ci95[0]), high: round(figure.ci95[1]) };
}

/** Routed: one pool, ranked by what was measured. Otherwise the constant alone, the others named beside it for a person to choose from. */
function policyOf(fitted: Fitted, models: readonly PolicyModel[], usdWeight: number | null, routed: boolean): FitResult['policy'] {
  const costed = fitted.models.filter(({ usdPer1k }) => usdPer1k !== null).map(({ id }) => id);
  // Where costs are known, a model of unknown cost was never chosen on left-out rows, and must not be in service.
  const others = (costed.length > 0 ? costed : models.map(({ id }) => id)).filter((id) => id !== fitted.constant);
  const lengths = fitted.models.flatMap(({ outputTokens }) => (outputTokens === null ? [] : [outputTokens]));
  const tokens = lengths.length === 0 ? 500 : Math.max(1, Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length));
  return {
    schemaVersion: 1,
    name: `fitted-${fitted.table.name}`,
    description: fitted.finding,
    models: [...models],
    pools: routed
      ? { fitted: { description: 'every model with outcomes and, where any has one, a known cost', models: [fitted.constant, ...others] } }
      : {
          constant: { description: 'the best single model', models: [fitted.constant] },
          ...(others.length === 0 ? {} : { others: { description: 'not used: no routing beat the constant for sure', models: others } }),
        },
    rules: [{ when: {}, pool: routed ? 'fitted' : 'constant' }],
    lastResort: fitted.constant,
    usdWeight: round(usdWeight ?? 0, 1e6),
    qualityPrior: {
      low: { low: 0.9, medium: 0.6, high: 0.3 },
      medium: { low: 0.93, medium: 0.8, high: 0.55 },
      high: { low: 0.95, medium: 0.9, high: 0.75 },
    },
    expectedOutputTokens: { low: tokens, medium: tokens, high: tokens },
    fitted,
  };
}
