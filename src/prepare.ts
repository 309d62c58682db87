import type { Chosen, Decision, DecisionInput, Route, RouteOverrides, Skip } from './core/decision.ts';
import { RouterError } from './core/errors.ts';
import type { Facts } from './core/facts.ts';
import type { AnyLabel, Label, LabelSource } from './core/label.ts';
import type { Model } from './core/models.ts';
import type { ReadyPolicy } from './core/policy.ts';
import type { RouteRecord } from './core/record.ts';
import type { RouteRequest } from './core/request.ts';
import type { SpendScope } from './core/state.ts';
import type { Taxonomy } from './core/taxonomy.ts';
import { decide, recheck } from './decide/decide.ts';
import type { CompleteParts, Experiment } from './parts.ts';
import { classifyOrUnsure, decideOrLastResort, scoresOf } from './route.ts';
import { armOf } from './run/experiments.ts';
import { scopesOf } from './run/ledger.ts';
import { leadWith, stick } from './run/sticky.ts';
import { labelOfTurn, type Turn } from './run/turns.ts';

/** A request with its decision, ready to run. */
export type Prepared<T extends Taxonomy> = {
  route: Route<T>;
  input: DecisionInput;
  policy: ReadyPolicy;
  scopes: SpendScope[];
  turn: NonNullable<RouteRecord['turn']>;
  experiment: RouteRecord['experiment'];
  shadow: RouteRecord['shadow'];
  ms: RouteRecord['ms'];
};

type Asked = { requestId: string; overrides: RouteOverrides; conversation: string | undefined };

/** Everything before the first call: label, or the turn's own; budget; experiment; decision; conversation. */
export async function prepare<T extends Taxonomy>(request: RouteRequest, asked: Asked, parts: CompleteParts<T>): Promise<Prepared<T>> {
  const { clock, runner } = parts;
  const started = clock.monotonic();
  const facts = parts.factsOf(request);
  const recalled = facts.afterTool ? await runner.turns.recall(request, turnOwner(asked.overrides, parts.policy)) : null;
  const { label, source } = await labelFor(request, recalled, parts);
  const classified = clock.monotonic();
  const arm = chooseArm(runner.experiment, asked);
  const policy = arm?.policy ?? parts.policy;
  const scopes = scopesOf(policy.budgets, asked.overrides);
  // A store that cannot be asked is no reason to decide otherwise: the reservation before each call will refuse, and be recorded.
  const budget = await runner.run.ledger.remaining(scopes, policy.budgets).catch(() => null);
  const overrides = arm?.model === undefined ? asked.overrides : { ...asked.overrides, model: arm.model };
  const scores = scoresOf(request, policy);
  const input: DecisionInput = { label: label as AnyLabel, facts, ...scores, overrides, ...(budget === null ? {} : { budget }) };
  const { decision, failure, diverted } = decideArm(input, asked.overrides, arm?.model !== undefined, { ...parts, policy });
  const followed = await follow(decision, recalled, input, asked, { ...parts, policy });
  const decided = clock.monotonic();
  const { requestId } = asked;
  return {
    route: { ...followed.decision, requestId, label, facts, source, policyHash: policy.hash, failure } as Route<T>,
    input,
    policy,
    scopes,
    turn: followed.turn,
    experiment: arm === undefined ? undefined : { name: runner.experiment?.name ?? '', arm: arm.name, diverted },
    // The caller's own wishes, without what the arm adds: another policy is asked the same question.
    shadow: shadowOf(runner.shadow, request, { ...input, overrides: asked.overrides }, parts),
    ms: { classify: classified - started, decide: decided - classified, total: decided - started },
  };
}

/** Whose request it is, as far as it says. */
export const ownerOf = ({ tenant, user }: RouteOverrides): string => JSON.stringify([tenant ?? '', user ?? '']);

/** A turn belongs to the policy it was decided by as well: after a change of policy it is decided anew. */
export const turnOwner = (overrides: RouteOverrides, { hash }: ReadyPolicy): string => `${hash} ${ownerOf(overrides)}`;

/** Within a turn the label stands; only its risk is read again, by a classifier that costs nothing, and only upward. */
async function labelFor<T extends Taxonomy>(
  request: RouteRequest,
  recalled: Turn | null,
  parts: CompleteParts<T>,
): Promise<{ label: Label<T>; source: LabelSource }> {
  if (recalled === null) return classifyOrUnsure(request, parts);
  const fresh = await classifyOrUnsure(request, { ...parts, classifier: parts.runner.rescore });
  return { label: labelOfTurn(recalled, fresh.label as AnyLabel) as Label<T>, source: { ...fresh.source, cached: true } };
}

function chooseArm(experiment: Experiment | null, { requestId, overrides, conversation }: Asked): Experiment['arms'][number] | undefined {
  if (experiment === null) return undefined;
  return armOf(experiment.name, conversation ?? overrides.user ?? requestId, experiment.arms);
}

type Decided = { decision: Decision; failure: string | null; diverted: boolean };

/** An arm that names a model does not bypass eligibility: where the model may not be used, the request is routed as usual and marked. */
function decideArm(
  input: DecisionInput,
  plain: RouteOverrides,
  forced: boolean,
  parts: CompleteParts<Taxonomy> | Pick<CompleteParts<Taxonomy>, 'policy' | 'estimators'>,
): Decided {
  const first = decideOrLastResort(input, parts);
  if (!forced || first.decision.kind === 'chosen') return { ...first, diverted: false };
  return { ...decideOrLastResort({ ...input, overrides: plain }, parts), diverted: true };
}

type Followed = { decision: Decision; turn: Prepared<Taxonomy>['turn'] };

/** What a turn or a conversation has decided before goes on, as long as it is still allowed. */
async function follow(
  decision: Decision,
  recalled: Turn | null,
  input: DecisionInput,
  { conversation, overrides }: Asked,
  parts: Pick<CompleteParts<Taxonomy>, 'policy' | 'estimators' | 'hash' | 'runner'>,
): Promise<Followed> {
  if (recalled !== null) return followTurn(decision, recalled, input, parts);
  if (conversation === undefined || decision.kind === 'refused') return { decision, turn: 'new' };
  const pin = await parts.runner.pins.recall(conversation, ownerOf(overrides)).catch(() => null);
  const [model, chosen] = [parts.policy.models.get(pin ?? ''), parts.policy.models.get(decision.model)];
  if (model === undefined || chosen === undefined) return { decision, turn: 'new' };
  const objective = overrides.objective ?? parts.policy.objective;
  const stuck = stick(decision, { model, chosen, historyTokens: input.facts.inputTokens, objective });
  return { decision: stuck, turn: stuck.model === model.id ? 'pinned' : 'new' };
}

/** Tool results go back to the model that asked for them, unless the risk has outgrown its clearance. */
function followTurn(
  decision: Decision,
  { model }: Turn,
  input: DecisionInput,
  { policy, estimators }: Pick<CompleteParts<Taxonomy>, 'policy' | 'estimators'>,
): Followed {
  if (recheck(model, input, policy) !== null) return { decision, turn: 'rerouted' };
  const why = `goes on with the model of this turn, \`${model}\``;
  const own = decide({ ...input, overrides: { ...input.overrides, model } }, policy, estimators);
  if (own.kind === 'refused') return { decision, turn: 'rerouted' };
  if (decision.kind === 'refused') return { decision: { ...own, why }, turn: 'reused' };
  const known = decision.candidates.some((candidate) => candidate.model === model);
  const all: Chosen = known ? decision : { ...decision, candidates: [...own.candidates, ...decision.candidates] };
  return { decision: leadWith(all, model, why), turn: 'reused' };
}

/** What another policy would have done. Its failure is its own. */
function shadowOf<T extends Taxonomy>(
  shadow: { name: string; policy: ReadyPolicy } | null,
  request: RouteRequest,
  input: DecisionInput,
  { estimators }: Pick<CompleteParts<T>, 'estimators'>,
): RouteRecord['shadow'] {
  if (shadow === null) return undefined;
  try {
    const decision = decide({ ...input, ...scoresOf(request, shadow.policy) }, shadow.policy, estimators);
    return { name: shadow.name, model: decision.kind === 'chosen' ? decision.model : null, why: decision.why };
  } catch (error) {
    return { name: shadow.name, model: null, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Models to try in order. */
export function orderOf({ route, policy }: Prepared<Taxonomy>): Model[] {
  if (route.kind === 'refused') return [];
  return [route.model, ...route.fallbacks].flatMap((id) => policy.models.get(id) ?? []);
}

export function recheckOf({ input, policy }: Prepared<Taxonomy>): (model: string) => Skip | null {
  return (model) => recheck(model, input, policy);
}

/** Candidates expected to do better than a model, the nearest better first; beyond the pool unless the caller named the models. */
export function strongerThan(
  { route, input, policy }: Prepared<Taxonomy>,
  estimators: CompleteParts<Taxonomy>['estimators'],
  facts: Facts,
): (model: string) => Model[] {
  const named = input.overrides?.model !== undefined || input.overrides?.candidates !== undefined;
  const wide = named
    ? route
    : decide({ ...input, facts, overrides: { ...input.overrides, candidates: [...policy.models.keys()] } }, policy, estimators);
  const candidates = wide.kind === 'chosen' ? wide.candidates : [];
  return (model) => {
    const own = candidates.find((candidate) => candidate.model === model)?.estimate.quality ?? 0;
    const better = candidates.filter(({ estimate }) => estimate.quality > own).sort((a, b) => a.estimate.quality - b.estimate.quality);
    return better.flatMap((candidate) => policy.models.get(candidate.model) ?? []);
  };
}

/** The error of a request that may go nowhere. */
export function refusal(route: Route<Taxonomy>): RouterError {
  const money = route.kind === 'refused' && route.why === 'no-model-in-budget';
  return new RouterError(money ? 'budget.exceeded' : 'run.refused', `no model may take this request: ${route.why}`, {
    where: 'policy',
    advice: route.kind === 'refused' ? route.advice : '',
  });
}
