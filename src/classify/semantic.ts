import { isTimeout, settledBy, withDeadline } from '../core/abort.ts';
import type { Classifier } from '../core/contracts.ts';
import {
  type AxisLabel,
  type Classification,
  type Label,
  type LabelSource,
  localSource,
  type TokenUsage,
  unsureAxis,
} from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { axesOf, type Taxonomy } from '../core/taxonomy.ts';
import { viewOf } from '../core/view.ts';
import { abortError, refuseAborted } from './abort.ts';
import { asClassifyError } from './failure.ts';
import { addUsage, embedTexts, NO_TOKENS } from './semantic/embed.ts';
import { readExamples } from './semantic/examples.ts';
import { unitVector } from './semantic/nearest.ts';
import { type Prepared, prepare } from './semantic/prepare.ts';
import { labelAxis, labelNothing, piecesOf, textsOf, type VectorOf } from './semantic/score.ts';
import { readSettings, type SemanticOptions, type Settings } from './semantic/settings.ts';

/**
 * Labels by likeness to examples: a request is compared, by the angle between embeddings, with texts whose labels are given.
 * Probabilities are a softmax whose temperature is calibrated on the examples, each left out in turn. The examples are embedded
 * with the first request; when that fails, the next request tries again.
 *
 * @throws RouterError `options.invalid` for a bad option or for examples that cannot teach
 */
export function semanticClassifier<T extends Taxonomy>(options: SemanticOptions<T>): Classifier<T> {
  const settings = readSettings(options);
  const examples = readExamples(options.examples, options.taxonomy);
  const readsSegments = examples.some(({ definition }) => definition.reads === 'segments');
  const prepared = sharedWork(settings, (signal) => prepare(examples, settings.method, { ...settings, signal }));
  return {
    name: 'semantic',
    async classify(request: RouteRequest, signal: AbortSignal = new AbortController().signal): Promise<Classification<T>> {
      refuseAborted(signal);
      const view = viewOf(request);
      const pieces = piecesOf(view, readsSegments);
      const texts = textsOf(pieces);
      if (texts.length === 0) {
        const empty = examples.map(({ axis, definition }) => [axis, labelNothing(definition, view)] as const);
        return { label: fullLabel(options.taxonomy, new Map(empty)), source: sourceOf(settings, NO_TOKENS) };
      }
      const { model, vectorOf, usage } = await settledBy(embedded(texts, prepared(), settings, signal), signal).catch((error) => {
        throw asClassifyError(error, signal);
      });
      const labels = model.axes.map((axis) => [axis.axis, labelAxis(axis, view, pieces, vectorOf, settings)] as const);
      return { label: fullLabel(options.taxonomy, new Map(labels)), source: sourceOf(settings, addUsage(usage, takeOwed(model))) };
    },
  };
}

/** The examples and the request's own texts go out at once, so that the first request waits for the longer of the two. */
async function embedded(texts: readonly string[], preparing: Promise<Prepared>, settings: Settings, signal: AbortSignal) {
  const [model, own] = await Promise.all([preparing, embedTexts(texts, settings.embedder, settings.requestStore, signal)]);
  const vectors = new Map(texts.map((text, at) => [text, unitVector(own.vectors[at] as Float32Array, model.dimensions)]));
  const vectorOf: VectorOf = (text) => vectors.get(text) as Float32Array;
  return { model, vectorOf, usage: own.usage };
}

/**
 * Work that is done once, by whoever comes first, and that no single caller's abort ends. A failure is not kept.
 */
function sharedWork(settings: Settings, work: (signal: AbortSignal) => Promise<Prepared>): () => Promise<Prepared> {
  let current: Promise<Prepared> | undefined;
  return () => {
    current ??= withDeadline({ deadlineMs: settings.prepareMs, timeout: settings.timeout }, work).catch((error) => {
      current = undefined;
      throw isTimeout(error) ? abortError(error, null) : error;
    });
    return current;
  };
}

/** What the examples cost is on the account of the first label they help to. */
function takeOwed(model: Prepared): TokenUsage | null {
  const owed = model.usage;
  model.usage = NO_TOKENS;
  return owed;
}

function fullLabel<T extends Taxonomy>(taxonomy: T, labels: ReadonlyMap<string, AxisLabel>): Label<T> {
  const axes = axesOf(taxonomy).map(([axis, definition]) => [axis, labels.get(axis) ?? unsureAxis(definition, 'not-scored')] as const);
  return Object.fromEntries(axes) as Label<T>;
}

function sourceOf({ embedder, usdPerMillionTokens: price }: Settings, usage: TokenUsage | null): LabelSource {
  const tokens = usage?.input ?? null;
  const usd = tokens === 0 || price === 0 ? 0 : price === null || tokens === null ? null : (tokens * price) / 1_000_000;
  return { ...localSource('semantic'), model: `${embedder.name}/${embedder.model}`, usage, usd };
}
