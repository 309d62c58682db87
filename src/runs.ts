import type { Completed, CompleteOptions, Streamed } from './complete.ts';
import type { Built } from './config/build.ts';
import { readCompleteOptions } from './config/overrides.ts';
import { RouterError } from './core/errors.ts';
import { Feedback } from './core/record.ts';
import { type RouteInput, type RouteRequest, toRequest } from './core/request.ts';
import type { Taxonomy } from './core/taxonomy.ts';
import type { Stats } from './record/stats.ts';
import { type BatchOptions, type BatchResult, runBatch } from './run/batch.ts';
import { type Conversation, type ConversationOptions, createConversation } from './run/conversation.ts';

type StreamRequest = RouteRequest & { stream: true };

/** The part of a router that calls models. */
export type Runs<T extends Taxonomy> = {
  /**
   * Routes a request and brings an answer back, over fallbacks where needed. With `stream: true` in the request: a stream of chunks.
   *
   * @throws RouterError `run.refused`, `run.no-candidate`, `run.deadline`, `run.aborted`, `budget.exceeded`, `budget.unavailable`,
   * `input.invalid`, or the provider's own when the request is at fault
   */
  complete: {
    (input: StreamRequest, options?: CompleteOptions): Promise<Streamed<T>>;
    (input: string | (RouteRequest & { stream?: false | null | undefined }), options?: CompleteOptions): Promise<Completed<T>>;
  };
  /** Many requests, a few at a time, in order; one that fails does not stop the others. */
  completeAll(inputs: readonly RouteInput[], options?: BatchOptions & { route?: CompleteOptions }): Promise<BatchResult<Completed<T>>[]>;
  /** Keeps history and statistics, and keeps to one model while that pays. */
  conversation(options: ConversationOptions): Conversation<Completed<T>, Streamed<T>, CompleteOptions>;
  /** What a user made of an answer: 0 is useless, 1 is right. Kept by the recorder, read by the harness as an outcome. */
  feedback(requestId: string, score: number, comment?: string): Promise<void>;
  /** Totals and quantiles over what this router has done. */
  stats(): Stats;
};

/** Running is loaded by the first request that is run: whoever only routes does not wait for it. */
export function createRuns<T extends Taxonomy>(open: () => Built<T>): Runs<T> {
  const whole = async (input: RouteInput, options?: CompleteOptions) => {
    const [request, settings, { parts }] = [toRequest(input), readCompleteOptions(options), open()];
    const { complete } = await import('./complete.ts');
    return complete(request, settings, parts);
  };
  const streamed = async (input: RouteInput, options?: CompleteOptions) => {
    const [request, settings, { parts }] = [toRequest(input), readCompleteOptions(options), open()];
    const { completeStream } = await import('./complete.ts');
    return completeStream(request, settings, parts);
  };
  const either = (input: RouteInput, options?: CompleteOptions) => (isStream(input) ? streamed(input, options) : whole(input, options));
  return {
    complete: either as Runs<T>['complete'],
    completeAll: (inputs, { route, ...options } = {}) => {
      const settings = { ...route, ...(options.signal === undefined ? {} : { signal: options.signal }) };
      return runBatch(inputs, (input) => whole(input, settings), options);
    },
    conversation: (options) => createConversation<Completed<T>, Streamed<T>, CompleteOptions>(options, { whole, streamed }),
    feedback: (requestId, score, comment) => keepFeedback({ requestId, score, comment }, open()),
    stats: () => open().stats.stats(),
  };
}

const isStream = (input: RouteInput): boolean => typeof input === 'object' && input !== null && input.stream === true;

async function keepFeedback<T extends Taxonomy>(
  { requestId, score, comment }: { requestId: string; score: number; comment: string | undefined },
  { parts }: Built<T>,
): Promise<void> {
  const at = new Date(parts.clock.now()).toISOString();
  const feedback = Feedback.safeParse({ kind: 'feedback', requestId, score, at, ...(comment === undefined ? {} : { comment }) });
  if (!feedback.success) {
    const issue = feedback.error.issues[0];
    const advice = 'pass the `requestId` of a route and a score from 0 to 1';
    throw new RouterError('input.invalid', `bad feedback at \`${issue?.path.join('.')}\`: ${issue?.message}`, {
      where: 'feedback',
      advice,
    });
  }
  if (parts.recorder?.feedback === undefined) throw nowhereToKeep();
  await parts.recorder.feedback(feedback.data);
  parts.runner.judged(feedback.data.score);
}

function nowhereToKeep(): RouterError {
  return new RouterError('options.invalid', 'there is no recorder to keep feedback', {
    where: 'recorder',
    advice: 'create the router with `recorder: jsonlRecorder(file)`',
  });
}
