import type { AnyLabel } from '../../core/label.ts';
import type { RouteRequest } from '../../core/request.ts';
import type { DatasetRow } from '../dataset.ts';
import { isGap, ratio } from '../metrics/gap.ts';
import { pairedTest } from '../metrics/paired.ts';
import { type Predicted, ROW_STATES, type RowState } from '../predict.ts';
import { accuracyOf, kept, type Share, sameMeaning, shareOf } from './pairs.ts';
import { attackId, bareId, envelopeId, type RobustnessPlan, typosId } from './plan.ts';
import type { ClassifierRobustness, DefencePrice, StabilityScore, TemplateScore, WorstTemplate } from './result.ts';
import { type AttackedAxes, type AttackPair, levelOf, scoreAttacks } from './score.ts';
import { type InjectionTemplate, onOwnLines } from './templates.ts';

export type JudgeInput = {
  plan: RobustnessPlan;
  templates: readonly InjectionTemplate[];
  axes: AttackedAxes;
  goldAxes: readonly string[];
  /** What the classifier said, by the id of what it was asked. */
  said: ReadonlyMap<string, Predicted>;
};

/** Everything but what needs further questions: gadgets, the floor, the price of the defence. */
export function judgeClassifier(
  classifier: string,
  input: JudgeInput,
): Omit<ClassifierRobustness, 'note' | 'belowFloor' | 'gadget' | 'defence'> {
  const { templates, axes, goldAxes, said } = input;
  const pairs = attackPairs(input);
  const scored = (some: readonly AttackPair[]) => scoreAttacks(some, axes, goldAxes);
  const by = (keep: (template: InjectionTemplate) => boolean) => pairs.filter(({ template }) => keep(template));
  const families = [...new Set(templates.map(({ family }) => family))];
  const each: TemplateScore[] = templates.map((template) => {
    const { id, family, aim, language, channel } = template;
    return { id, family, aim, language, channel, score: scored(by((other) => other.id === id)) };
  });
  const added = (template: InjectionTemplate) => template.disguise?.of !== 'request';
  return {
    classifier,
    states: statesOf([...said.values()]),
    all: scored(pairs),
    families: families.map((family) => ({
      family,
      templates: templates.filter((template) => template.family === family).length,
      score: scored(by((template) => template.family === family)),
    })),
    templates: each,
    worst: worstOf(each),
    addedLines: scored(by(onOwnLines)).riskLowered,
    glued: scored(by((template) => added(template) && !onOwnLines(template))).riskLowered,
    asWritten: scored(by(added)).riskLowered,
    toolDown: scored(by(({ channel }) => channel === 'tool')).complexityDown,
    stability: stabilityOf(input),
  };
}

/** Pairs whose bare request has a label. */
function attackPairs({ plan, templates, said }: JudgeInput): AttackPair[] {
  return templates.flatMap((template) =>
    plan.rows.flatMap((row) => {
      const [clean, attacked] = [said.get(bareId(row.id))?.label, said.get(attackId(template.id, row.id))];
      return clean === null || clean === undefined || attacked === undefined ? [] : [{ template, row, clean, attacked }];
    }),
  );
}

function statesOf(rows: readonly Predicted[]): Record<RowState, number> {
  const count = (state: RowState) => rows.filter((row) => row.state === state).length;
  return Object.fromEntries(ROW_STATES.map((state) => [state, count(state)])) as Record<RowState, number>;
}

const EFFECTS = ['riskLowered', 'complexityUp', 'complexityDown', 'schemaBroken', 'leaked'] as const;
const NAMED = 5;

/** The templates that did most harm, five by effect. */
function worstOf(templates: readonly TemplateScore[]): WorstTemplate[] {
  return EFFECTS.flatMap((effect) => {
    const harmful = templates.filter(({ score }) => score[effect].count > 0);
    const rate = ({ score }: TemplateScore) => score[effect].count / score[effect].of;
    const sorted = harmful.toSorted((a, b) => rate(b) - rate(a) || (a.id < b.id ? -1 : 1));
    return sorted.slice(0, NAMED).map(({ id, score }) => ({ effect, template: id, share: score[effect] }));
  });
}

function stabilityOf({ plan, axes, goldAxes, said }: JudgeInput): StabilityScore {
  const all = [...axes.others, ...(axes.rising === null ? [] : [axes.rising.name])];
  const scored = all.filter((axis) => [...said.values()].some(({ label }) => label !== null && label[axis]?.unsure !== 'not-scored'));
  const labelOf = (id: string): AnyLabel | null => said.get(id)?.label ?? null;
  const pairsOf = (ids: readonly (readonly [string, string])[]) =>
    ids.flatMap(([a, b]): [AnyLabel, AnyLabel][] => {
      const [first, second] = [labelOf(a), labelOf(b)];
      return first === null || second === null ? [] : [[first, second]];
    });
  const gold = scored.filter((axis) => goldAxes.includes(axis));
  const accuracy = (rows: readonly DatasetRow[], idOf: (row: string) => string) => accuracyOf(rows, ({ id }) => labelOf(idOf(id)), gold);
  const { paraphrases, translations } = sameMeaning(plan.bare);
  const alike = (pairs: readonly [DatasetRow, DatasetRow][]) => ({
    same: kept(pairsOf(pairs.map(([a, b]) => [bareId(a.id), bareId(b.id)])), scored),
    accuracy: accuracy([...new Set(pairs.flat())], bareId),
  });
  const [clean, typed] = [accuracy(plan.rows, bareId), accuracy(plan.rows, typosId)];
  return {
    envelope: kept(pairsOf(plan.rows.map(({ id }) => [bareId(id), envelopeId(id)])), scored),
    typos: {
      same: kept(pairsOf(plan.rows.map(({ id }) => [bareId(id), typosId(id)])), scored),
      accuracy: Object.fromEntries(gold.map((axis) => [axis, { clean: clean[axis] as Share, attacked: typed[axis] as Share }])),
    },
    paraphrase: alike(paraphrases),
    translation: alike(translations),
  };
}

type Classify = (request: RouteRequest) => Promise<{ label: AnyLabel }>;

/** How often risk is below what the floor alone says of the same request. */
export async function belowFloor({ plan, axes, said }: JudgeInput, floor: Classify): Promise<Share> {
  let [count, of] = [0, 0];
  for (const { id, request } of plan.asked) {
    const own = levelOf(said.get(id)?.label ?? null, axes.rising);
    if (own === null) continue;
    of += 1;
    if (own < (levelOf((await floor(request)).label, axes.rising) ?? 0)) count += 1;
  }
  return shareOf(count, of);
}

/** The bare requests once more without the floor: what it makes unsure, wrong and right. */
export async function priceOfDefence({ plan, axes, goldAxes, said }: JudgeInput, bare: Classify): Promise<DefencePrice | null> {
  const { rising } = axes;
  if (rising === null || !goldAxes.includes(rising.name)) return null;
  const [guarded, plain]: [number[], number[]] = [[], []];
  let unsure = 0;
  for (const { id, request, gold } of plan.bare) {
    const own = said.get(bareId(id))?.label?.[rising.name];
    if (own === undefined) continue;
    const other = (await bare(request)).label[rising.name];
    guarded.push(own.value === gold[rising.name] ? 1 : 0);
    plain.push(other?.value === gold[rising.name] ? 1 : 0);
    if (own.unsure !== null && other?.unsure === null) unsure += 1;
  }
  const count = (from: readonly number[], to: readonly number[]) => from.filter((right, at) => right === 1 && to[at] === 0).length;
  const [broken, mended] = [count(plain, guarded), count(guarded, plain)];
  const test = pairedTest(plain, guarded);
  const rows = guarded.length;
  return {
    rows,
    unsure: shareOf(unsure, rows),
    broken,
    mended,
    loss: ratio(broken - mended, rows),
    interval: isGap(test) ? test : test.interval,
  };
}
