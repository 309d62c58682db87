import type { RouterError } from '../core/errors.ts';
import {
  type AnyLabel,
  type AxisLabel,
  type Classification,
  type LabelSource,
  localSource,
  type UnsureReason,
  unsureLabel,
} from '../core/label.ts';
import type { AxisDefinition, Taxonomy } from '../core/taxonomy.ts';
import { unsureReason } from './abort.ts';
import { axisOf, higherAxis, mapAxes, onlyRises, raiseToSecond, withFlags } from './raise.ts';

/** What one classifier of a cascade said. */
export type Heard<T extends Taxonomy> = ({ kind: 'label' } & Classification<T>) | { kind: 'failed'; error: RouterError };

export type Hearing<T extends Taxonomy> = {
  taxonomy: T;
  /** Name of the cascade. */
  name: string;
  one: Heard<T>;
  /** Null when the second was not asked. */
  two: Heard<T> | null;
  /** Axes on which the first could not be believed. */
  doubtful: readonly string[];
};

/** Doubts that another look at the text cannot settle. */
const BEYOND_HELP: ReadonlySet<UnsureReason | null> = new Set<UnsureReason>(['empty', 'beyond-limit', 'non-text']);

/** The axes worth a second opinion: unsure for a reason that one could settle, or below the threshold. */
export function doubtfulAxes(label: AnyLabel, thresholds: ReadonlyMap<string, number>): string[] {
  const axes = Object.entries(label).filter(([, { unsure }]) => !BEYOND_HELP.has(unsure));
  return axes.filter(([axis, { unsure, confidence }]) => unsure !== null || confidence < (thresholds.get(axis) ?? 0)).map(([axis]) => axis);
}

/** One label of what was heard. */
export function merge<T extends Taxonomy>(hearing: Hearing<T>): Classification<T> {
  const { taxonomy, name, one, two } = hearing;
  const label = labelOf(hearing);
  const source = [one, two].flatMap((heard) => (heard === null ? [] : [sourceOf(heard, name)])).reduce(addSource);
  return {
    label: label ?? unsureLabel(taxonomy, unsureReason(two?.kind === 'failed' ? two.error : null)),
    source: { ...source, classifier: name },
  };
}

function labelOf<T extends Taxonomy>({ taxonomy, one, two, doubtful }: Hearing<T>): Classification<T>['label'] | null {
  if (one.kind === 'failed') return two?.kind === 'label' ? two.label : null;
  if (two === null) return one.label;
  return mapAxes(taxonomy, (definition, axis) => {
    const first = axisOf(one.label, axis);
    const asked = doubtful.includes(axis);
    if (two.kind === 'failed') return withoutSecond(definition, first, asked, unsureReason(two.error));
    const second = axisOf(two.label, axis);
    // Even odds are no opinion: taken for one, they would count as the highest value.
    if (second.unsure === 'not-scored') return first;
    if (onlyRises(definition)) return first.unsure === 'not-scored' ? second : higherAxis(definition, second, first);
    return asked ? second : first;
  });
}

/** The first stands. A refusal says something of the text itself, so risk goes up with it. */
function withoutSecond(definition: AxisDefinition, first: AxisLabel, asked: boolean, reason: UnsureReason): AxisLabel {
  if (reason === 'refused' && onlyRises(definition)) return raiseToSecond(definition, first, reason);
  return asked ? { ...first, unsure: reason } : first;
}

/** A failure is worth a line in the record, and may have cost something. */
function sourceOf<T extends Taxonomy>(heard: Heard<T>, name: string): LabelSource {
  if (heard.kind === 'label') return heard.source;
  const { code, spentUsd } = heard.error;
  return { ...localSource(name, [`failed:${code}`]), usd: spentUsd === undefined ? 0 : spentUsd };
}

/** Model, prompt and tokens are those of whichever asked a model. */
function addSource(a: LabelSource, b: LabelSource): LabelSource {
  const asked = b.model === null ? a : b;
  const answered = asked.answeredBy === undefined ? {} : { answeredBy: asked.answeredBy };
  const { model, usage, cached } = asked;
  return { ...withFlags(a, b), model, ...answered, promptHash: b.promptHash ?? a.promptHash, usage, cached };
}
