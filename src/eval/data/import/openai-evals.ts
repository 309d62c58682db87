import { jsonlRows } from '../../rows-jsonl.ts';
import { datasetError } from '../../rows-raw.ts';
import {
  emptyBatch,
  type ImportBatch,
  type ImportFormat,
  type ImportNotes,
  type ImportSource,
  isObject,
  promptText,
  rowsOptions,
  scoreOf,
  textOf,
  tokensOf,
} from './items.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a log says of one sample, whose events come in any order between those of others. */
type Sample = { line: number; prompt: string | null; calls: Fields[]; matches: number[]; metric: number | null; failed: boolean };

/** The run as its first line tells it. */
type Spec = { model: string; graded: boolean; category: string | null };

/**
 * A log of OpenAI's `oaieval`, one model a file: a line `spec`, then events. `sampling` holds the prompt and perhaps the tokens, `match` or
 * `metrics` the score. Samples of several logs are the same question when they have one `sample_id`, as runs of one eval do.
 */
export const OPENAI_EVALS: ImportFormat = {
  usd: false,
  open: ({ models }) => {
    const prompts = new Map<string, string>();
    const wanted = models === undefined ? null : new Set(models);
    return async function* (source, notes) {
      const { spec, samples } = await readLog(source, notes);
      if (wanted === null || wanted.has(spec.model)) yield tableOf({ spec, samples, prompts, source, notes });
    };
  },
};

async function readLog(source: ImportSource, notes: ImportNotes): Promise<{ spec: Spec; samples: Map<string, Sample> }> {
  const samples = new Map<string, Sample>();
  let spec: Spec | null = null;
  for await (const rows of jsonlRows(source.bytes, rowsOptions(source, notes))) {
    for (const { line, fields } of rows) {
      const where = `${source.name}:${line}`;
      if (isObject(fields.spec)) {
        if (spec !== null)
          throw datasetError(source.name, line, 'a second `spec`: this is more than one log', 'cut it into one file a run');
        spec = specOf(fields.spec, source.name, line);
      } else if (fields.final_report === undefined) {
        const fault = addEvent(fields, line, samples);
        if (fault !== null) notes.bad({ where, message: fault });
      }
    }
  }
  if (spec === null)
    throw datasetError(source.name, 1, 'expected a line with `spec`, which names the model', 'give a log of `oaieval`, whole');
  return { spec, samples };
}

function specOf(spec: Fields, name: string, line: number): Spec {
  const functions = Array.isArray(spec.completion_fns) ? spec.completion_fns : [];
  const named = isObject(spec.model_names) && Array.isArray(spec.model_names.completions) ? spec.model_names.completions : [];
  const model = textOf(functions[0]) ?? textOf(spec.model_name) ?? textOf(named[0]);
  if (model === null) throw datasetError(name, line, '`spec` names no model in `completion_fns`', 'give a log of `oaieval`');
  return { model, graded: functions.length > 1, category: textOf(spec.base_eval) ?? textOf(spec.eval_name) };
}

function addEvent(fields: Fields, line: number, samples: Map<string, Sample>): string | null {
  const id = textOf(fields.sample_id);
  const data = isObject(fields.data) ? fields.data : null;
  if (typeof fields.type !== 'string' || id === null) return 'expected an event with `type` and `sample_id`';
  if (data === null) return `expected \`data\` of the event \`${fields.type.slice(0, 40)}\``;
  const sample = samples.get(id) ?? { line, prompt: null, calls: [], matches: [], metric: null, failed: false };
  samples.set(id, sample);
  if (fields.type === 'sampling') {
    sample.calls.push(data);
    sample.prompt ??= promptText(data.prompt);
  } else if (fields.type === 'match') {
    const score = scoreOf(data.correct);
    if (typeof score !== 'number') return '`correct` must be true or false';
    sample.matches.push(score);
  } else if (fields.type === 'metrics') {
    const score = scoreOf(data.score ?? data.accuracy ?? data.correct);
    if (typeof score === 'string') return `\`score\` ${score}`;
    sample.metric = score ?? sample.metric;
  } else if (fields.type === 'error') sample.failed = true;
  return null;
}

const UNGRADED = 'a sample without `match` or `metrics`';
const FAILED = 'the provider failed';

type Log = { spec: Spec; samples: ReadonlyMap<string, Sample>; prompts: Map<string, string>; source: ImportSource; notes: ImportNotes };

function tableOf({ spec, samples, prompts, source, notes }: Log): ImportBatch {
  const batch = emptyBatch();
  for (const [id, { line, prompt, matches, metric, calls, failed }] of samples) {
    const quality = matches.length > 0 ? matches.reduce((sum, match) => sum + match, 0) / matches.length : metric;
    const where = `${source.name}:${line}`;
    const known = prompts.get(id);
    if (quality === null) notes.leave(failed ? FAILED : UNGRADED);
    else if (prompt === null)
      notes.bad({ where, message: `sample \`${id.slice(0, 100)}\` has a score, but no \`sampling\` event with its prompt` });
    else if (known !== undefined && known !== prompt)
      notes.bad({ where, message: `sample \`${id.slice(0, 100)}\` has another prompt in an earlier log: import different evals apart` });
    else {
      if (known === undefined) batch.prompts.push({ id, prompt, category: spec.category });
      prompts.set(id, prompt);
      batch.outcomes.push({ id, model: spec.model, quality, ...usageOf(spec.graded ? calls.slice(0, 1) : calls), usd: null });
    }
  }
  return batch;
}

/** Tokens of every call the answer took; those of a grading model are not the candidate's. */
function usageOf(calls: readonly Fields[]): { inputTokens: number | null; outputTokens: number | null } {
  const sum = (field: string) => {
    const counts = calls.map(({ usage }) => tokensOf(isObject(usage) ? usage[field] : undefined));
    return counts.includes(null) ? null : counts.reduce<number>((total, count) => total + (count ?? 0), 0);
  };
  return { inputTokens: sum('prompt_tokens'), outputTokens: sum('completion_tokens') };
}
