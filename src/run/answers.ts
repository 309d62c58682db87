import type { ChatCompletion } from '../core/completion.ts';
import { RouterError } from '../core/errors.ts';

/**
 * Whether an answer says nothing. A refusal, a filtered answer and tool calls are answers: they are passed on as they are,
 * for sending a refused request to a softer model would be the wrong kind of help.
 */
export function isEmpty({ choices }: ChatCompletion): boolean {
  return choices.every(({ message, finish_reason: finish }) => {
    if (finish === 'content_filter' || (message.refusal ?? '') !== '') return false;
    return (message.content ?? '').trim() === '' && (message.tool_calls?.length ?? 0) === 0;
  });
}

export function emptyAnswer(model: string): RouterError {
  return new RouterError('provider.bad-response', `\`${model}\` gave an empty answer`, {
    advice: 'raise `max_tokens` when the model reasons before it writes',
    retryable: true,
  });
}

/** Whether a model answered under another name than the one asked for; dated versions of it count as the same. */
export function isOtherModel(asked: string, answered: string): boolean {
  const plain = (name: string) => name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return !plain(answered).startsWith(plain(asked)) && !plain(asked).startsWith(plain(answered));
}
