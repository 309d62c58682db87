import type { AnyLabel } from '../core/label.ts';
import type { Model } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { OBJECTIVES } from '../core/policy.ts';
import type { Random } from '../core/random.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { compete, type Standings } from './compete.ts';
import { type Contender, contenderFrom, type Field, fixedModels, meanOf, mixtureOf } from './field.ts';
import { denseIndex } from './metrics/resample.ts';
import { choicesOf, classifierUsd, modelledColumns, routableModels, type SimulatedRow, tierMixOf } from './modelled.ts';
import type { Predicted } from './predict.ts';
import { type PriorRanges, priorRanges } from './priors.ts';

export type SimulationInput = {
  rows: readonly SimulatedRow[];
  policy: ReadyPolicy;
  taxonomy: Taxonomy;
  /** Predictions by classifier, in the order of the rows. */
  predictions: ReadonlyMap<string, readonly Predicted[]>;
  /** The classifier that serves: its router is the one the verdict is about. */
  router: string;
  replicates: number;
  random: Random;
};

export type Simulation = {
  n: number;
  rows: readonly SimulatedRow[];
  standings: Standings;
  flip: PriorRanges;
  models: Model[];
  /** Rows as served by the router, and as the same policy would have served them on gold labels. */
  router: Contender;
  goldLabel: Contender;
  /** Quality a dollar is worth, per request, by the policy's objective. */
  usdWeight: number;
  /** Cluster of each row, dense. */
  clusterOf: Int32Array;
};

/** Names of the controls every report shows. */
export const CONTROLS = {
  allCheap: 'all-cheap',
  allStrong: 'all-strong',
  random: 'random',
  shuffled: 'shuffled',
  gold: 'gold-label',
} as const;

/** The router of each classifier against every fixed model and the controls, on modelled quality and estimated cost. */
export function simulate(input: SimulationInput): Simulation {
  const { rows, policy, taxonomy } = input;
  const models = routableModels(policy);
  const columns = modelledColumns(rows, models, policy);
  const routed = (labels: readonly (AnyLabel | null)[], overrides = {}) => choicesOf(labels, rows, models, policy, taxonomy, overrides);
  const gold = rows.map(({ goldLabel }) => goldLabel);
  const goldChoices = routed(gold);
  const routers = [...input.predictions].map(([name, predicted]) => {
    const choices = routed(predicted.map(({ label }) => label));
    return contenderFrom(name, 'router', choices, columns, { classifierUsd: classifierUsd(predicted), instead: goldChoices });
  });
  const router = routers.find(({ name }) => name === input.router) ?? routers[0];
  if (router === undefined) throw new RangeError('a simulation needs at least one classifier');
  const fixed = fixedModels(columns, rows.length, goldChoices);
  const goldLabel = contenderFrom(CONTROLS.gold, 'control', goldChoices, columns);
  const field: Field = {
    rows: rows.length,
    clusterOf: denseIndex(rows.map(({ row }) => row.cluster)),
    models: fixed,
    contenders: [
      router,
      goldLabel,
      contenderFrom(CONTROLS.allCheap, 'control', routed(gold, { tier: 'low' }), columns),
      contenderFrom(CONTROLS.allStrong, 'control', routed(gold, { tier: 'high' }), columns),
      ...drawn(router, fixed, rows.length),
      ...routers.filter((other) => other !== router),
    ],
  };
  const usdWeight = policy.usdWeight ?? OBJECTIVES[policy.objective].usdWeight;
  const reduced = (contender: Contender) => ({ mix: tierMixOf(contender.choices, rows, models), usd: meanOf(contender.usd) });
  return {
    n: rows.length,
    rows,
    standings: compete(field, { ...input, usdWeight, loss: [router.name, goldLabel.name] }),
    flip: priorRanges(reduced(router), fixed.map(reduced), policy.qualityPrior),
    models,
    router,
    goldLabel,
    usdWeight,
    clusterOf: field.clusterOf,
  };
}

/** Any model at random, and the router's own mix dealt out without looking. */
function drawn(router: Contender, fixed: readonly Contender[], rows: number): Contender[] {
  const even = new Map(fixed.map(({ name }) => [name, 1 / fixed.length]));
  return [mixtureOf(CONTROLS.random, even, fixed, rows), mixtureOf(CONTROLS.shuffled, router.mix, fixed, rows)];
}
