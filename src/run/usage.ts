import { estimateTokenCount } from 'tokenx';
import type { ChatCompletion } from '../core/completion.ts';
import type { TokenUsage } from '../core/label.ts';
import type { Model } from '../core/models.ts';
import { costNanos } from '../core/money.ts';

/** Beyond this multiple of what a model can take or give, a reported count is a mistake. */
const BELIEVABLE = 1.5;
const CHARACTERS_PER_TOKEN = 4;

export type Charge = { tokens: TokenUsage | null; nanos: number | null; flags: string[] };

/** What is needed to price a call: estimates made before it, and what was set aside for it. */
export type Expected = { inputTokens: number; choices: number; reservedNanos: number | null };

/**
 * What an answer costs: by the tokens the provider reports where they can be believed, else by our own count, which is never more than was reserved.
 */
export function chargeFor(model: Model, completion: ChatCompletion, usage: TokenUsage, expected: Expected): Charge {
  if (believable(model, usage, expected)) return { tokens: usage, nanos: costNanos(model.price, usage), flags: [] };
  const tokens = { input: expected.inputTokens, cachedInput: null, output: estimateTokenCount(textIn(completion)), reasoning: null };
  return { tokens, nanos: clamp(costNanos(model.price, tokens), expected), flags: ['usage_estimated'] };
}

/**
 * What a call costs that was cut off: everything sent and what had been received, or all that was reserved where
 * cancelling does not stop the provider's billing.
 */
export function chargeForCut(model: Model, characters: number, expected: Expected): Charge {
  const output = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  const tokens = { input: expected.inputTokens, cachedInput: null, output, reasoning: null };
  const full = !model.cancelStopsBilling && expected.reservedNanos !== null;
  const nanos = full ? expected.reservedNanos : clamp(costNanos(model.price, tokens), expected);
  return { tokens, nanos, flags: ['usage_estimated'] };
}

function believable(model: Model, { input, output }: TokenUsage, { choices }: Expected): boolean {
  if (input === null || output === null) return false;
  const mostOutput = (model.maxOutputTokens ?? Number.POSITIVE_INFINITY) * choices * BELIEVABLE;
  return input <= (model.contextTokens ?? Number.POSITIVE_INFINITY) * BELIEVABLE && output <= mostOutput;
}

const clamp = (nanos: number | null, { reservedNanos }: Expected): number | null =>
  nanos === null || reservedNanos === null ? nanos : Math.min(nanos, reservedNanos);

function textIn({ choices }: ChatCompletion): string {
  const calls = choices.flatMap(({ message }) => message.tool_calls ?? []);
  return choices.map(({ message }) => message.content ?? message.refusal ?? '').join('') + (calls.length > 0 ? JSON.stringify(calls) : '');
}
