import type { RawRow } from '../../rows-raw.ts';
import type { OutcomeTable } from '../../table/table.ts';
import { type Finding, finder } from '../finding.ts';

/** What one model left in the outcomes file. */
export type ModelAnswers = {
  model: string;
  /** Questions with at least one answer. */
  questions: number;
  /** Lines, repeats included. */
  answers: number;
  quality: number | null;
  /** The one value all its scores have, if they all have one. */
  constantQuality: number | null;
  constantInputTokens: number | null;
  constantOutputTokens: number | null;
  /** Lines without a count of output tokens. */
  unknownTokens: number;
  /** Whether its cost is known on every row compared. */
  costKnown: boolean;
  /** Another model with the very same scores. */
  sameAs: string | null;
};

type Seen = {
  questions: Set<string>;
  answers: number;
  sum: number;
  quality: Set<string>;
  input: Set<string>;
  output: Set<string>;
  unknown: number;
};

/** Constants are told from so many answers on. */
const ENOUGH = 20;
/** More different values than this are not constant, and not worth remembering. */
const FEW = 3;

export function modelAnswers(lines: readonly RawRow[], table: OutcomeTable): ModelAnswers[] {
  const byModel = new Map<string, Seen>();
  for (const { fields } of lines) addLine(fields, byModel);
  const twins = twinsOf(table);
  return [...byModel].map(([model, { questions, answers, sum, quality, input, output, unknown }]) => ({
    model,
    questions: questions.size,
    answers,
    quality: answers === 0 ? null : sum / answers,
    constantQuality: constantOf(quality, answers),
    constantInputTokens: constantOf(input, answers),
    constantOutputTokens: constantOf(output, answers),
    unknownTokens: unknown,
    costKnown: table.models.find(({ name }) => name === model)?.costKnown ?? false,
    sameAs: twins.get(model) ?? null,
  }));
}

function addLine({ id, model, quality, input_tokens, output_tokens }: RawRow['fields'], byModel: Map<string, Seen>): void {
  const score = Number(quality);
  if (typeof model !== 'string' || model === '' || String(quality ?? '').trim() === '' || !(score >= 0 && score <= 1)) return;
  const fresh: Seen = { questions: new Set(), answers: 0, sum: 0, quality: new Set(), input: new Set(), output: new Set(), unknown: 0 };
  const own = byModel.get(model) ?? fresh;
  byModel.set(model, own);
  own.questions.add(String(id));
  own.answers++;
  own.sum += score;
  for (const [values, value] of [
    [own.quality, String(score)],
    [own.input, String(input_tokens ?? '')],
    [own.output, String(output_tokens ?? '')],
  ] as const)
    if (values.size < FEW) values.add(value);
  if (String(output_tokens ?? '') === '') own.unknown++;
}

function constantOf(values: ReadonlySet<string>, answers: number): number | null {
  const [only = ''] = values;
  return values.size === 1 && only !== '' && answers >= ENOUGH ? Number(only) : null;
}

function twinsOf({ models, ids }: OutcomeTable): Map<string, string> {
  const [first, twins] = [new Map<string, string>(), new Map<string, string>()];
  for (const { name, quality } of ids.length < ENOUGH ? [] : models) {
    const key = quality.join();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, name);
    else twins.set(name, earlier);
  }
  return twins;
}

/** Share of questions without an answer from which a model counts as down. */
const DOWN = 0.5;

/** What the answers of single models show. @param questions in the table, answered or not */
export function answerFindings(models: readonly ModelAnswers[], questions: number, name: string): (Finding | null)[] {
  const say = finder(name);
  const missing = ({ questions: own }: ModelAnswers) => (questions - own) / Math.max(1, questions);
  const share = (model: ModelAnswers) => `${model.model} ${(100 * (1 - missing(model))).toFixed(1)} %`;
  const dead = (model: ModelAnswers) => missing(model) >= DOWN || model.constantQuality === 0;
  const down = models.filter(dead).map((model) => (model.constantQuality === 0 ? `${model.model} scores 0 everywhere` : share(model)));
  const gaps = models.filter((model) => !dead(model) && missing(model) > 0).map(share);
  const compared = 'only questions all answered are compared; look whether the missing ones are the hard ones';
  return [
    say(
      'error',
      'model-down',
      down,
      '# model(s) were down, or were never graded',
      'leave them out (`--models`), or collect their answers again',
    ),
    say('warning', 'unequal-n', gaps, '# model(s) did not answer every question', compared),
    ...scoreFindings(models, say),
    ...tokenFindings(models, say),
  ];
}

function scoreFindings(models: readonly ModelAnswers[], say: ReturnType<typeof finder>): (Finding | null)[] {
  const constant = models
    .filter(({ constantQuality }) => (constantQuality ?? 0) > 0)
    .map(({ model, constantQuality }) => `${model} always ${constantQuality}`);
  const twins = models.filter(({ sameAs }) => sameAs !== null).map(({ model, sameAs }) => `${model} = ${sameAs}`);
  const baseline = 'the baseline of a preference table has, by definition: leave it out (`--models`)';
  return [
    say('warning', 'constant-quality', constant, '# model(s) have one score on every question', baseline),
    say(
      'warning',
      'same-answers',
      twins,
      '# model(s) have the very scores of another',
      'check that they were not imported twice under two names',
    ),
  ];
}

function tokenFindings(models: readonly ModelAnswers[], say: ReturnType<typeof finder>): (Finding | null)[] {
  const constant = models
    .filter(({ constantInputTokens, constantOutputTokens }) => constantInputTokens !== null || constantOutputTokens !== null)
    .map(
      ({ model, constantInputTokens, constantOutputTokens }) => `${model} ${constantInputTokens ?? '·'} / ${constantOutputTokens ?? '·'}`,
    );
  const unknown = models
    .filter(({ unknownTokens }) => unknownTokens > 0)
    .map(({ model, unknownTokens, answers }) => `${model} ${((100 * unknownTokens) / answers).toFixed(0)} %`);
  const filled = 'a figure that was filled in, unless answers are a single letter';
  return [
    say('warning', 'constant-tokens', constant, '# model(s) have one token count on every question (input / output)', filled),
    say(
      'note',
      'unknown-tokens',
      unknown,
      '# model(s) have answers without output tokens',
      'their cost is unknown unless dollars were recorded (`usd`)',
    ),
  ];
}
