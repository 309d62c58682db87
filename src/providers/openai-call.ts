import type { OpenAI } from 'openai';
import type { ChatCompletion } from '../core/completion.ts';
import type { ProviderAnswer, ProviderCall } from '../core/contracts.ts';
import { ANSWER_BYTES, readText, requireType, toCompletion } from './answer.ts';
import { bytesOf } from './bytes.ts';
import { readChunks } from './chunks.ts';
import { callFailure, makeClient } from './client.ts';
import type { CallContext } from './failures.ts';
import type { OpenAIProviderOptions } from './openai-options.ts';
import { tokenUsage } from './usage.ts';

/** What makes the calls of one provider; the client is made with the first. */
export function openaiCaller(
  options: OpenAIProviderOptions,
  name: string,
  keyName: string,
): (call: ProviderCall) => Promise<ProviderAnswer> {
  let client: Promise<OpenAI> | undefined;
  let served = false;
  return async (call) => {
    let answered = false;
    const mayBeStale = () => served && !answered;
    const context: CallContext = { ...contextOf(call, options, name, keyName), mayBeStale };
    try {
      client ??= makeClient(options);
      const response = await send(await client, call, options);
      answered = true;
      served = true;
      return call.onChunk === undefined
        ? await wholeAnswer(response, context)
        : await streamedAnswer(response, call, call.onChunk, context, options);
    } catch (error) {
      throw callFailure(error, context);
    }
  };
}

function contextOf(call: ProviderCall, options: OpenAIProviderOptions, provider: string, keyName: string) {
  const secrets = options.apiKey === undefined ? [] : [options.apiKey];
  return { provider, keyName, model: call.model, secrets, now: options.now ?? Date.now, signal: call.signal };
}

function send(client: OpenAI, call: ProviderCall, options: OpenAIProviderOptions): Promise<Response> {
  const body = { ...call.body, model: call.model, ...streamFields(call, options) };
  const settings = { maxRetries: 0, ...(call.signal === undefined ? {} : { signal: call.signal }) };
  return client.post('/chat/completions', { body, ...settings }).asResponse();
}

function streamFields(call: ProviderCall, options: OpenAIProviderOptions): Record<string, unknown> {
  if (call.onChunk === undefined) return { stream: undefined, stream_options: undefined };
  const asked = call.body.stream_options as Record<string, unknown> | undefined;
  if (options.streamUsage === false) return { stream: true, ...(asked === undefined ? {} : { stream_options: asked }) };
  return { stream: true, stream_options: { ...asked, include_usage: true } };
}

async function wholeAnswer(response: Response, context: CallContext): Promise<ProviderAnswer> {
  requireType(response, 'json', context);
  const completion = toCompletion(await readText(bytesOf(response.body), ANSWER_BYTES), context);
  return answerOf(completion, context);
}

async function streamedAnswer(
  response: Response,
  call: ProviderCall,
  onChunk: NonNullable<ProviderCall['onChunk']>,
  context: CallContext,
  options: OpenAIProviderOptions,
): Promise<ProviderAnswer> {
  requireType(response, 'event-stream', context);
  const choices = typeof call.body.n === 'number' ? call.body.n : 1;
  const assembler = await readChunks(bytesOf(response.body), onChunk, choices, context, options.streamLimits);
  return answerOf(assembler.completion(), context);
}

function answerOf(completion: ChatCompletion, context: CallContext): ProviderAnswer {
  return { completion, model: completion.model ?? context.model, usage: tokenUsage(completion.usage) };
}
