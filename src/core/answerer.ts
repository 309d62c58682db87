import type { TokenUsage } from './label.ts';
import type { Price } from './models.ts';
import type { RouteRequest } from './request.ts';

/** What a model answered to one call. */
export type Reply = {
  /** The words; a refusal's words; tool calls as JSON where there are no words. */
  text: string;
  finish: string;
  /** The model that says it answered. */
  model: string;
  tokens: TokenUsage | null;
  /** Dollars charged, null when unknown. */
  usd: number | null;
  ms: number;
};

/** One model, asked one request at a time by the same code that serves requests: same timers, same errors, no fallback and no retry. */
export type Answerer = {
  /** Catalogue id, `provider/name`. */
  id: string;
  price: Price;
  /** Most output tokens the model gives, null when unknown. */
  maxOutputTokens: number | null;
  /** Whether it is served without a key, by a machine of one's own: then an unknown price is no reason not to ask. */
  keyless: boolean;
  /** What is missing before it can be asked, null when nothing is. */
  missing: string | null;
  /**
   * @param maxOutputTokens sent as the limit of the answer, where the request has none
   * @throws RouterError with a `provider.*` or `run.*` code and what the call cost all the same
   */
  ask(request: RouteRequest, options: { maxOutputTokens: number; signal?: AbortSignal }): Promise<Reply>;
};

/** A judge's prompt, ready to be filled with data. */
export type JudgePrompt = {
  hash: string;
  maxOutputTokens: number;
  /** Characters of the text that is the same in every call. */
  characters: number;
  /** The request to send; what it is given stands in it as JSON data between two random lines. */
  requestOf(data: Readonly<Record<string, unknown>>): RouteRequest;
};
