import { textFingerprint } from '../../fingerprint.ts';
import { jsonlRows } from '../../rows-jsonl.ts';
import { datasetError } from '../../rows-raw.ts';
import { textBytes } from '../../rows-text.ts';
import {
  emptyBatch,
  type ImportBatch,
  type ImportFormat,
  type ImportNotes,
  type ImportSource,
  isObject,
  NO_ANSWER,
  promptText,
  rowsOptions,
  scoreOf,
  textOf,
  tokensOf,
  usdOf,
} from './items.ts';

type Fields = Readonly<Record<string, unknown>>;
type Placed = { where: string; fields: Fields };

/** A whole JSON file is held in memory as one text; JSONL is streamed. */
const LARGEST_JSON = 400_000_000;
const PROVIDER_ERROR = 'the provider failed';
/** What promptfoo writes in `failureReason` when there was no answer to grade. */
const FAILED = 2;

/**
 * promptfoo's results, `--output results.json` or `.jsonl`: for each test and provider the filled-in prompt, a score and, where the provider
 * tells, tokens and dollars. A question is a test and its filled-in prompt; answers from promptfoo's cache keep their score, not their cost.
 */
export const PROMPTFOO: ImportFormat = {
  usd: true,
  open: ({ models }) => {
    const seen = new Set<string>();
    const wanted = models === undefined ? null : new Set(models);
    return async function* (source, notes) {
      for await (const results of resultsOf(source, notes)) {
        const batch = emptyBatch();
        for (const placed of results) {
          const fault = readResult(placed.fields, { seen, wanted, notes, batch });
          if (fault !== null) notes.bad({ where: placed.where, message: fault });
        }
        yield batch;
      }
    };
  },
};

async function* resultsOf(source: ImportSource, notes: ImportNotes): AsyncGenerator<Placed[]> {
  const { name } = source;
  if (!/\.json(\.gz)?$/i.test(name)) {
    for await (const rows of jsonlRows(source.bytes, rowsOptions(source, notes)))
      yield rows.map(({ line, fields }) => ({ where: `${name}:${line}`, fields }));
    return;
  }
  const { list, path } = resultList(parsed(await wholeText(source), name), name);
  yield list.flatMap((fields, index) => {
    const where = `${name} ${path}[${index}]`;
    if (isObject(fields)) return [{ where, fields }];
    notes.bad({ where, message: 'expected an object' });
    return [];
  });
}

async function wholeText({ bytes, name }: ImportSource): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of textBytes(bytes, name, { offsets: [] })) {
    size += piece.length;
    if (size > LARGEST_JSON)
      throw datasetError(name, 1, `it is larger than ${LARGEST_JSON} bytes`, 'write it with `promptfoo eval --output results.jsonl`');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw datasetError(name, 1, `it is not JSON: ${(cause as Error).message}`, 'call a file of one result a line `.jsonl`', cause);
  }
}

/** The list of results, wherever this version of promptfoo keeps it. */
function resultList(value: unknown, name: string): { list: unknown[]; path: string } {
  if (Array.isArray(value)) return { list: value, path: '' };
  const outer = isObject(value) ? value.results : undefined;
  if (Array.isArray(outer)) return { list: outer, path: 'results' };
  const inner = isObject(outer) ? outer.results : undefined;
  if (Array.isArray(inner)) return { list: inner, path: 'results.results' };
  throw datasetError(
    name,
    1,
    'expected a list `results` or `results.results`, found none',
    'give what `promptfoo eval --output results.json` wrote',
  );
}

type Reading = { seen: Set<string>; wanted: ReadonlySet<string> | null; notes: ImportNotes; batch: ImportBatch };

/** What is wrong with the result, which is then not kept. */
function readResult(fields: Fields, { seen, wanted, notes, batch }: Reading): string | null {
  const model = modelOf(fields.provider);
  if (model === null) return 'expected a `provider` with an `id` or `label`';
  if (wanted !== null && !wanted.has(model)) return null;
  const prompt = promptText(isObject(fields.prompt) ? fields.prompt.raw : fields.prompt);
  if (prompt === null) return 'expected a text in `prompt.raw`, found none';
  const response = isObject(fields.response) ? fields.response : {};
  if (isProviderError(fields, response)) {
    notes.leave(PROVIDER_ERROR);
    return null;
  }
  const quality = scoreOf(fields.score ?? fields.success);
  if (typeof quality === 'string') return `\`score\` ${quality}`;
  if (quality === null) {
    notes.leave(NO_ANSWER);
    return null;
  }
  const id = idOf(fields.testIdx, prompt);
  const cost = costOf(fields, response, notes);
  if (typeof cost === 'string') return `\`cost\` ${cost}`;
  if (!seen.has(id)) batch.prompts.push({ id, prompt, category: categoryOf(fields.testCase) });
  seen.add(id);
  batch.outcomes.push({ id, model, quality, ...cost });
  return null;
}

/** A label tells two settings of one model apart. */
function modelOf(provider: unknown): string | null {
  return textOf(provider) ?? (isObject(provider) ? (textOf(provider.label) ?? textOf(provider.id)) : null);
}

/** A failed assertion is a wrong answer; no answer at all is nobody's quality. Older versions write both into `error`. */
function isProviderError({ failureReason, error }: Fields, response: Fields): boolean {
  if (typeof failureReason === 'number') return failureReason === FAILED;
  const answered = response.output !== undefined && response.output !== null;
  return !answered && (textOf(response.error) !== null || textOf(error) !== null);
}

/** Two tests may fill in the same prompt, and two providers may be sent different texts for one test. */
function idOf(testIdx: unknown, prompt: string): string {
  const hash = textFingerprint(prompt).slice(0, 12);
  return typeof testIdx === 'number' ? `t${testIdx}-${hash}` : hash;
}

function categoryOf(testCase: unknown): string | null {
  const metadata = isObject(testCase) && isObject(testCase.metadata) ? testCase.metadata : {};
  return textOf(metadata.category);
}

const CACHED = 'an answer from promptfoo’s cache, whose cost is unknown';

function costOf(fields: Fields, response: Fields, notes: ImportNotes) {
  const usage = isObject(response.tokenUsage) ? response.tokenUsage : isObject(fields.tokenUsage) ? fields.tokenUsage : {};
  const [inputTokens, outputTokens] = [tokensOf(usage.prompt), tokensOf(usage.completion)];
  if (response.cached === true) {
    notes.leave(CACHED);
    return { inputTokens: null, outputTokens: null, usd: null };
  }
  const usd = usdOf(fields.cost ?? response.cost, notes);
  return typeof usd === 'string' ? usd : { inputTokens, outputTokens, usd };
}
