import type { Classifier } from '../../core/contracts.ts';
import type { Level } from '../../core/default-taxonomy.ts';
import { type AxisLabel, axisLabel, localSource } from '../../core/label.ts';
import { type AxisDefinition, axisValues, type Taxonomy } from '../../core/taxonomy.ts';
import { viewOf } from '../../core/view.ts';
import { refuseAborted } from '../abort.ts';
import { mapAxes } from '../raise.ts';
import { type GoldLabel, majorityAxis, type Prior } from './prior.ts';

/** How often a rule's answer was right on labelled rows, by answer, 0..1. */
export type HitRates = Readonly<Record<Level, number>>;

/** What a rule baseline is given from labelled rows: shares for the axes it does not read, hit rates for the one it does. */
export type RuleFit = { prior: Prior; hitRates: HitRates };

/** A rule of thumb for complexity, from the latest user turn. */
export type LevelRule = (text: string) => Level;

/** A classifier that reads complexity by a rule and says what is commonest on every other axis. */
export function ruleBaseline<T extends Taxonomy>(name: string, rule: LevelRule, taxonomy: T, { prior, hitRates }: RuleFit): Classifier<T> {
  return {
    name,
    async classify(request, signal) {
      refuseAborted(signal);
      const level = rule(viewOf(request).latest);
      const label = mapAxes(taxonomy, (definition, axis) =>
        axis === 'complexity' && Object.hasOwn(definition.values, level)
          ? ruledAxis(definition, level, hitRates[level])
          : majorityAxis(definition, prior[axis]),
      );
      return { label, source: localSource(name) };
    },
  };
}

/** The rule's answer is as likely as it was right before, and never less likely than the others, which share the rest. */
function ruledAxis(definition: AxisDefinition, answer: string, hitRate: number): AxisLabel {
  const values = axisValues(definition);
  const likely = Math.max(hitRate, 1 / values.length);
  // At an even share rounding could lift the others a hair above.
  const rest = Math.min(likely, (1 - likely) / (values.length - 1));
  return {
    ...axisLabel(Object.fromEntries(values.map((value) => [value, value === answer ? likely : rest]))),
    value: answer,
    confidence: likely,
  };
}

/** Hit rates of a rule on labelled rows: right answers plus one, over answers plus three. */
export function hitRatesOf(rule: LevelRule, rows: Iterable<{ text: string; gold: GoldLabel }>): HitRates {
  const right = { low: 1, medium: 1, high: 1 };
  const all = { low: 3, medium: 3, high: 3 };
  for (const { text, gold } of rows) {
    if (gold.complexity === undefined) continue;
    const answer = rule(text);
    all[answer] += 1;
    if (gold.complexity === answer) right[answer] += 1;
  }
  return { low: right.low / all.low, medium: right.medium / all.medium, high: right.high / all.high };
}
