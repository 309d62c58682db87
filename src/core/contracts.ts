import type { ChatChunk, ChatCompletion } from './completion.ts';
import type { DefaultTaxonomy } from './default-taxonomy.ts';
import type { Classification, TokenUsage } from './label.ts';
import type { Feedback, RouteRecord } from './record.ts';
import type { RouteRequest } from './request.ts';
import type { Taxonomy } from './taxonomy.ts';

/** Labels a request. Drivers sit in `classify/`; wrappers have the shape of what they wrap. */
export interface Classifier<T extends Taxonomy = DefaultTaxonomy> {
  readonly name: string;
  /**
   * @param signal aborts the work; the promise then rejects with `classify.aborted`
   * @throws RouterError with a `classify.*` code; only the cascade and the router turn that into an unsure label.
   */
  classify(request: RouteRequest, signal?: AbortSignal): Promise<Classification<T>>;
}

/** One call to a model behind an OpenAI-compatible endpoint; `body` is passed on unchanged but for `model` and `stream`. */
export type ProviderCall = {
  /** The provider's own name of the model. */
  model: string;
  body: Record<string, unknown>;
  signal?: AbortSignal;
  /**
   * When given the answer is streamed: each chunk is handed over as it comes, and the next one is read only after the promise settles.
   * The whole answer is still returned at the end.
   */
  onChunk?: (chunk: ChatChunk) => Promise<void> | void;
};

/** A finished answer: the OpenAI chat completion as received, the model that says it answered, and tokens by class. */
export type ProviderAnswer = { completion: ChatCompletion; model: string; usage: TokenUsage };

/** Sends one call to an endpoint. No retries, no fallback: those live in `run/`. */
export interface Provider {
  readonly name: string;
  /** @throws RouterError with a `provider.*` code, `retryable` set by cause. */
  complete(call: ProviderCall): Promise<ProviderAnswer>;
}

/** Vectors of some texts, in the order of the texts, and the tokens they took; usage is null when nobody counted. */
export type Embedded = { vectors: Float32Array[]; usage: TokenUsage | null };

/** Turns texts into vectors whose angles say how alike the texts are. Any model will do, as long as all vectors come from the same one. */
export interface Embedder {
  /** Who answers; with `model` and `dimensions` it names the space the vectors live in, and so what may be kept between runs. */
  readonly name: string;
  /** The endpoint's own name of the model. */
  readonly model: string;
  /** Length of every vector asked for; left out, the model's own. */
  readonly dimensions?: number | undefined;
  /**
   * @param texts none of them empty
   * @throws RouterError with a `provider.*` code
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Embedded>;
}

/** Keeps vectors by content, so that nobody pays twice for the same text. What is lost or damaged is simply not there. */
export interface VectorStore {
  /** @param space the embedder and model the vector belongs to */
  read(space: string, text: string): Promise<Float32Array | null>;
  write(space: string, text: string, vector: Float32Array): Promise<void>;
}

/** Keeps one line per routed request. */
export interface Recorder {
  record(record: RouteRecord): Promise<void>;
  /** Keeps what a user made of an answer. A recorder without it drops feedback, and `router.feedback` says so. */
  feedback?(feedback: Feedback): Promise<void>;
  close(): Promise<void>;
}

/** Timers handed in, so that a simulation can bring its own time. */
export interface Timers {
  /** Runs `action` once, `ms` from now (at most 2^31 − 1). The function returned cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** Time handed in: `now` is wall time in milliseconds since 1970, `monotonic` never goes back. */
export interface Clock {
  now(): number;
  monotonic(): number;
}
