import type { OpenAI } from 'openai';
import type { Embedded, Embedder } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import type { TokenUsage } from '../core/label.ts';
import { readText, requireType } from './answer.ts';
import { bytesOf } from './bytes.ts';
import { callFailure, makeClient } from './client.ts';
import { checkKey, DEFAULT_KEY_NAME, type EndpointOptions } from './endpoint.ts';
import type { CallContext } from './failures.ts';
import { tokenUsage } from './usage.ts';
import { type Answer, toVectors } from './vectors.ts';

export type EmbedderOptions = EndpointOptions & {
  /** The endpoint's own name of the model, such as `text-embedding-3-small`. */
  model: string;
  /** Length of the vectors to ask for, where the model can shorten them. @default the model's own */
  dimensions?: number | undefined;
  /** Most texts of one call, 1 to 1,024. More go in several calls, one after the other. @default 128 */
  batch?: number | undefined;
};

const DEFAULT_BATCH = 128;
const LARGEST_BATCH = 1_024;
/** Largest answer read, bytes: numbers are written out, some 20 bytes each. */
const ANSWER_BYTES = 104_857_600;

/**
 * Vectors from any OpenAI-compatible endpoint, by `POST /embeddings` through the `openai` package; each call is sent once.
 *
 * @throws RouterError `provider.missing-key` for an empty or quoted key, `options.invalid` for a bad option
 * @example
 * const embedder = openaiEmbedder({ name: 'local', baseUrl: 'http://127.0.0.1:11434/v1', model: 'nomic-embed-text' });
 * embedder.model // => 'nomic-embed-text'
 */
export function openaiEmbedder(options: EmbedderOptions): Embedder {
  const { name = 'openai', model, dimensions, batch = DEFAULT_BATCH, keyName = DEFAULT_KEY_NAME } = options;
  checkKey(options.apiKey, keyName, name);
  checkNumber('batch', batch, LARGEST_BATCH);
  if (dimensions !== undefined) checkNumber('dimensions', dimensions, 1_000_000);
  const secrets = options.apiKey === undefined ? [] : [options.apiKey];
  let client: Promise<OpenAI> | undefined;
  let served = false;
  return {
    name,
    model,
    dimensions,
    async embed(texts, signal) {
      const context = { provider: name, keyName, model, secrets, now: options.now ?? Date.now, signal };
      const answers: Answer[] = [];
      for (let start = 0; start < texts.length; start += batch) {
        const input = texts.slice(start, start + batch);
        let answered = false;
        const call: CallContext = { ...context, mayBeStale: () => served && !answered };
        try {
          signal?.throwIfAborted();
          client ??= makeClient(options);
          const response = await send(await client, { model, input, dimensions }, signal);
          answered = true;
          served = true;
          answers.push(await readAnswer(response, input.length, call, dimensions));
        } catch (error) {
          throw callFailure(error, call);
        }
      }
      return joined(answers);
    },
  };
}

type Body = { model: string; input: readonly string[]; dimensions: number | undefined };

/** Numbers are asked for as such: not every endpoint knows base64, which is the package's own choice. */
function send(client: OpenAI, body: Body, signal: AbortSignal | undefined): Promise<Response> {
  const settings = { maxRetries: 0, ...(signal === undefined ? {} : { signal }) };
  return client.post('/embeddings', { body: { ...body, encoding_format: 'float' }, ...settings }).asResponse();
}

async function readAnswer(response: Response, expected: number, context: CallContext, dimensions: number | undefined): Promise<Answer> {
  requireType(response, 'json', context);
  return toVectors(await readText(bytesOf(response.body), ANSWER_BYTES), { expected, context, dimensions });
}

function joined(answers: readonly Answer[]): Embedded {
  const usage = answers.map((answer) => tokenUsage(answer.usage)).reduce<TokenUsage | null>(addInput, null);
  return { vectors: answers.flatMap(({ vectors }) => vectors), usage };
}

/** Embeddings have input alone: there is no output, which is a fact and not unknown. */
function addInput(sum: TokenUsage | null, { input, cachedInput }: TokenUsage): TokenUsage {
  const total = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
  if (sum === null) return { input, cachedInput, output: 0, reasoning: null };
  return { input: total(sum.input, input), cachedInput: total(sum.cachedInput, cachedInput), output: 0, reasoning: null };
}

function checkNumber(where: string, found: number, most: number): void {
  if (Number.isInteger(found) && found >= 1 && found <= most) return;
  throw new RouterError('options.invalid', `expected \`${where}\` to be a whole number from 1 to ${most}, found \`${found}\``, {
    where,
    advice: `mend \`${where}\``,
  });
}
