import { splitSignal, type Timeout, withDeadline } from '../core/abort.ts';
import type { Classifier, Provider } from '../core/contracts.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import { type Classification, localSource, unsureLabel } from '../core/label.ts';
import type { LlmCalibration } from '../core/llm-calibration.ts';
import type { Price } from '../core/models.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { type View, viewOf } from '../core/view.ts';
import type { Prompt } from '../prompts/load.ts';
import { abortError, refuseAborted } from './abort.ts';
import { usdOfUsage } from './cost.ts';
import { promptHead } from './head.ts';
import { type CallOptions, dialectCaller } from './llm-call.ts';
import { finishLabel, scoredAnswer } from './llm-label.ts';
import { agreed, type Drawn } from './llm-samples.ts';
import { promptMessages } from './message.ts';
import type { Tape } from './tape.ts';

export type LlmOptions<T extends Taxonomy> = {
  taxonomy: T;
  provider: Provider;
  /** The provider's own name of the model. */
  model: string;
  /** `prompts/classify.md`, loaded, or what loads it on the first call. */
  prompt: Prompt | (() => Promise<Prompt>);
  /** 128 random bits as 32 hexadecimal digits, new ones on every call. */
  newBoundary: () => string;
  timeout: Timeout;
  /** Longest time for one label, milliseconds, 1 to 600,000. @default 4000 */
  deadlineMs?: number;
  /** List price of the model, for `source.usd`; null makes that null. @default null */
  price?: Price | null;
  /** Confidence stated on every axis when the endpoint gives no log-probabilities, above 0.5 and below 1. A guess, not a measurement, and never the model's own number. @default 0.8 */
  priorConfidence?: number;
  /** Axes less confident than this are unsure, 0..1. @default 0.5 */
  unsureBelow?: number;
  /** Most tokens of an answer. @default the prompt's `maxOutputTokens` */
  maxOutputTokens?: number;
  /** Answers asked for at once, whose agreement is the confidence, 1 to 20; one answer has its token log-probabilities. @default 1 */
  samples?: number;
  /** Calibrations by model, prompt hash and evidence; those of others count for nothing. @default [] */
  calibrations?: readonly LlmCalibration[];
  /** Answers given before, which are not asked for again; new ones are added. */
  tape?: Tape;
  /** Further fields of the call, such as `{ reasoning_effort: 'minimal' }`. @default {} */
  extraBody?: Readonly<Record<string, unknown>>;
};

const LLM_DEFAULTS = {
  deadlineMs: 4_000,
  price: null,
  priorConfidence: 0.8,
  unsureBelow: 0.5,
  extraBody: {},
  samples: 1,
  calibrations: [] as readonly LlmCalibration[],
};

/**
 * Asks a small language model for the label: one call, temperature 0, structured output, under a hard deadline.
 * Confidence comes from token log-probabilities where the endpoint gives them, or from agreement over `samples` calls at temperature 1 made
 * at once; never from a number the model states. The model sees the user's words alone, as data.
 *
 * @throws RouterError `options.invalid` for a bad option, `prompt.invalid` when the prompt has other variables than `taxonomy`, `boundary`, `request`
 */
export function llmClassifier<T extends Taxonomy>(options: LlmOptions<T>): Classifier<T> {
  const settings = { ...LLM_DEFAULTS, ...options };
  checkSettings(settings);
  const { taxonomy, prompt, provider, model, timeout, deadlineMs, samples, calibrations } = settings;
  const drawOne = async ({ prompt: loaded, head, call }: Ready, view: View, signal?: AbortSignal): Promise<Drawn> => {
    const boundary = settings.newBoundary();
    const messages = promptMessages(loaded, head, view.text, boundary);
    const received = await withDeadline({ deadlineMs, timeout, signal }, (both) => call(messages, both)).catch(rethrow);
    const { usage } = received;
    const usd = usdOfUsage(settings.price, usage);
    const source = { ...localSource('llm'), usd };
    return {
      scored: scoredAnswer(received, { taxonomy, boundary, source, priorConfidence: settings.priorConfidence }),
      usage,
      usd,
      answeredBy: received.model,
    };
  };
  const answers = async (ready: Ready, view: View, signal?: AbortSignal): Promise<Drawn> => {
    if (samples === 1) return drawOne(ready, view, signal);
    const { signals, release } = splitSignal(signal, samples);
    return agreed(taxonomy, await Promise.allSettled(signals.map((own) => drawOne(ready, view, own))).finally(release));
  };
  let ready: Ready | undefined = typeof prompt === 'function' ? undefined : prepare(prompt, settings);
  return {
    name: 'llm',
    async classify(request: RouteRequest, signal?: AbortSignal): Promise<Classification<T>> {
      refuseAborted(signal);
      ready ??= prepare(typeof prompt === 'function' ? await prompt() : prompt, settings);
      const unasked = { ...localSource('llm'), promptHash: ready.prompt.hash };
      const view = viewOf(request);
      if (view.text.trim() === '') return { label: unsureLabel(taxonomy, view.nonText ? 'non-text' : 'empty'), source: unasked };
      const drawn = settings.tape?.get(request) ?? (await answers(ready, view, signal));
      settings.tape?.set(request, drawn);
      const { scored, usage, usd, answeredBy } = drawn;
      const asked = `${provider.name}/${model}`;
      const own = calibrations.filter((each) => each.model === asked && each.promptHash === unasked.promptHash);
      const source = { ...unasked, model: asked, answeredBy, usage, usd };
      return finishLabel(scored, { taxonomy, view, source, unsureBelow: settings.unsureBelow, calibrations: own });
    },
  };
}

/** A prompt with everything that is the same in every call. */
type Ready = { prompt: Prompt; head: string; call: ReturnType<typeof dialectCaller> };

type PrepareOptions = Omit<CallOptions, 'maxOutputTokens' | 'draws'> & { maxOutputTokens?: number; samples: number };

function prepare(prompt: Prompt, settings: PrepareOptions): Ready {
  if (prompt.user.variables.toSorted().join() !== 'boundary,request')
    throw new RouterError(
      'prompt.invalid',
      `expected \`# User\` to use \`boundary\` and \`request\`, found ${prompt.user.variables.join(', ') || 'none'}`,
      {
        where: prompt.name,
        advice: 'see `prompts/classify.md`',
      },
    );
  const head = promptHead(prompt, settings.taxonomy);
  return {
    prompt,
    head,
    call: dialectCaller({ ...settings, draws: settings.samples > 1, maxOutputTokens: settings.maxOutputTokens ?? prompt.maxOutputTokens }),
  };
}

/** What is not ours is the reason of a signal: the work maps its own errors. */
function rethrow(error: unknown): never {
  throw isRouterError(error) && error.code.startsWith('classify.') ? error : abortError(error, null);
}

function checkSettings({
  model,
  deadlineMs,
  priorConfidence,
  unsureBelow,
  samples,
}: {
  model: string;
  deadlineMs: number;
  priorConfidence: number;
  unsureBelow: number;
  samples: number;
}): void {
  if (model.trim() === '') throw invalidOption('model', 'the name of a model', model);
  if (!(deadlineMs >= 1 && deadlineMs <= 600_000)) throw invalidOption('deadlineMs', 'milliseconds from 1 to 600000', deadlineMs);
  if (!(priorConfidence > 0.5 && priorConfidence < 1))
    throw invalidOption('priorConfidence', 'a number above 0.5 and below 1', priorConfidence);
  if (!(unsureBelow >= 0 && unsureBelow <= 1)) throw invalidOption('unsureBelow', 'a number from 0 to 1', unsureBelow);
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= 20)) throw invalidOption('samples', 'a whole number from 1 to 20', samples);
}

const invalidOption = (where: string, expected: string, found: unknown) =>
  new RouterError('options.invalid', `expected \`${where}\` to be ${expected}, found \`${String(found)}\``, {
    where,
    advice: `mend \`${where}\``,
  });
