import { failWithProblems, type Problem, RouterError } from '../../../core/errors.ts';
import { textFingerprint } from '../../fingerprint.ts';
import { cell } from '../cells.ts';
import type { ImportBatch, ImportedOutcome, ImportedPrompt, ImportFormat, ImportNotes, ImportSource } from './items.ts';
import { OPENAI_EVALS } from './openai-evals.ts';
import { PROMPTFOO } from './promptfoo.ts';
import { ROUTELLM } from './routellm.ts';
import { ROUTERBENCH } from './routerbench.ts';

/** Whose results can be read, by the name given to `--from`. */
export const IMPORT_FORMATS = {
  routellm: ROUTELLM,
  routerbench: ROUTERBENCH,
  promptfoo: PROMPTFOO,
  'openai-evals': OPENAI_EVALS,
} as const satisfies Readonly<Record<string, ImportFormat>>;
export type ImportFormatName = keyof typeof IMPORT_FORMATS;

export type ImportOptions = {
  from: ImportFormatName;
  /** Only these models, as the source calls them. Default: all. */
  models?: readonly string[];
  /** Other names for models, so that prices and policies find them. */
  rename?: ReadonlyMap<string, string>;
  /** Fingerprints of prompts to leave out, such as those a published procedure drops. */
  without?: ReadonlySet<string>;
  /** Leave bad rows out and count them. @default false */
  skipBad?: boolean;
  /** Called after each batch. */
  progress?: (answers: number) => void;
};

/** Where the two files of a table go, piece by piece. */
export type TableSink = { prompts(text: string): Promise<void>; outcomes(text: string): Promise<void> };

/** What one model has in the table: how many answers, their mean quality, how many have tokens and dollars. */
export type ImportedModel = { model: string; answers: number; quality: number; withTokens: number; withUsd: number };

export type ImportReport = {
  from: ImportFormatName;
  prompts: number;
  categories: number;
  models: ImportedModel[];
  /** What was rightly left out or left unknown, by reason. */
  left: Readonly<Record<string, number>>;
  /** Bad rows left out on request. */
  skipped: Problem[];
};

/** Bad rows kept word for word; more are counted. */
const KEPT_PROBLEMS = 1_000;

/**
 * Turns somebody else's results into an outcome table, as a stream: memory grows with the number of questions, not with their texts.
 *
 * @throws RouterError `dataset.invalid` listing every bad row with file and line, unless `skipBad`; or when nothing is left
 */
export async function importTable(sources: readonly ImportSource[], options: ImportOptions, sink: TableSink): Promise<ImportReport> {
  const format: ImportFormat = IMPORT_FORMATS[options.from];
  const read = format.open(options.models === undefined ? {} : { models: options.models });
  const tally = new Tally();
  const dropped = new Set<string>();
  await sink.outcomes(`${HEADER}${format.usd ? ',usd' : ''}\n`);
  for (const source of sources) {
    for await (const batch of read(source, tally)) {
      await write(renamed(wanted(batch, options.without, dropped, tally), options.rename), format, sink, tally);
      options.progress?.(tally.answers);
    }
  }
  const names = sources.map(({ name }) => `\`${name}\``).join(', ');
  const advice = 'mend the places named above, or pass `--skip-bad` to leave them out and count them';
  if (tally.problems.length > 0 && options.skipBad !== true) failWithProblems('dataset.invalid', names, tally.problems, advice);
  if (tally.answers === 0) throw nothing(names, tally, options);
  return tally.report(options.from);
}

/** The batch without the prompts to leave out, and without their answers now and later. */
function wanted(batch: ImportBatch, without: ReadonlySet<string> | undefined, dropped: Set<string>, notes: ImportNotes): ImportBatch {
  if (without === undefined) return batch;
  for (const { id, prompt } of batch.prompts) if (without.has(textFingerprint(prompt))) dropped.add(id);
  const prompts = batch.prompts.filter(({ id }) => !dropped.has(id));
  if (prompts.length < batch.prompts.length) notes.leave('a prompt of `--without`', batch.prompts.length - prompts.length);
  return { prompts, outcomes: batch.outcomes.filter(({ id }) => !dropped.has(id)) };
}

const HEADER = 'id,model,quality,input_tokens,output_tokens';

async function write({ prompts, outcomes }: ImportBatch, format: ImportFormat, sink: TableSink, tally: Tally): Promise<void> {
  for (const prompt of prompts) tally.addPrompt(prompt);
  for (const outcome of outcomes) tally.addOutcome(outcome);
  if (prompts.length > 0) await sink.prompts(prompts.map(promptLine).join(''));
  if (outcomes.length > 0) await sink.outcomes(outcomes.map((outcome) => outcomeLine(outcome, format.usd)).join(''));
}

function promptLine({ id, prompt, category }: ImportedPrompt): string {
  return `${JSON.stringify(category === null ? { id, prompt } : { id, prompt, category })}\n`;
}

function outcomeLine({ id, model, quality, inputTokens, outputTokens, usd }: ImportedOutcome, withUsd: boolean): string {
  const cells = [cell(id), cell(model), quality, inputTokens ?? '', outputTokens ?? '', ...(withUsd ? [usd ?? ''] : [])];
  return `${cells.join(',')}\n`;
}

/** Half a character pair in a name would not survive being written, and then no longer join prompts and outcomes. */
const whole = (text: string): string => text.replace(/[\ud800-\udfff]/gu, '\ufffd');

function renamed({ prompts, outcomes }: ImportBatch, names: ReadonlyMap<string, string> | undefined): ImportBatch {
  return {
    prompts: prompts.map((prompt) => ({ ...prompt, id: whole(prompt.id) })),
    outcomes: outcomes.map((outcome) => ({ ...outcome, id: whole(outcome.id), model: whole(names?.get(outcome.model) ?? outcome.model) })),
  };
}

function nothing(names: string, { left }: Tally, { models }: ImportOptions): RouterError {
  const reasons = [...left].map(([reason, count]) => `${count} × ${reason}`).join('; ');
  const advice = models === undefined ? 'check `--from`' : 'check `--from` and `--models`: names must be those of the source';
  return new RouterError('dataset.invalid', `${names}: no answer of any model is left${reasons === '' ? '' : ` (${reasons})`}`, {
    where: '--in',
    advice,
  });
}

/** Counts what passes. */
class Tally implements ImportNotes {
  readonly problems: Problem[] = [];
  readonly left = new Map<string, number>();
  answers = 0;
  private prompts = 0;
  private readonly categories = new Set<string>();
  private readonly models = new Map<string, ImportedModel>();

  bad(problem: Problem): void {
    if (this.problems.length < KEPT_PROBLEMS) this.problems.push(problem);
    else this.leave('more bad rows');
  }

  leave(reason: string, count = 1): void {
    this.left.set(reason, (this.left.get(reason) ?? 0) + count);
  }

  addPrompt({ category }: ImportedPrompt): void {
    this.prompts++;
    if (category !== null) this.categories.add(category);
  }

  addOutcome({ model, quality, inputTokens, outputTokens, usd }: ImportedOutcome): void {
    this.answers++;
    const own = this.models.get(model) ?? { model, answers: 0, quality: 0, withTokens: 0, withUsd: 0 };
    this.models.set(model, own);
    own.answers++;
    own.quality += (quality - own.quality) / own.answers;
    if (inputTokens !== null && outputTokens !== null) own.withTokens++;
    if (usd !== null) own.withUsd++;
  }

  report(from: ImportFormatName): ImportReport {
    const { prompts, categories, models, left, problems } = this;
    return { from, prompts, categories: categories.size, models: [...models.values()], left: Object.fromEntries(left), skipped: problems };
  }
}
