import { isRouterError, RouterError } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { attempt } from './attempt.ts';
import { nextStep } from './next.ts';
import type { ChunkSink, RunParts, RunPlan } from './plan.ts';
import { type Answered, begin, elapsedMs, type Running, type Tried } from './running.ts';

/**
 * Takes a decision to an answer: candidate by candidate under one deadline, until one answers, a piece of an answer was handed on,
 * or nobody is left. Never rejects; what went wrong is in the outcome.
 *
 * @param sink takes the chunks of a streamed answer; without it the answer comes whole
 */
export async function run(plan: RunPlan, parts: RunParts, sink: ChunkSink | null = null): Promise<Outcome> {
  const running = begin(plan, parts, sink);
  for (;;) {
    const step = await nextStep(running);
    if (step.kind === 'give-up') return running.spare === null ? failed(running, step.error) : unaccepted(running, running.spare);
    const tried = await attempt(running, step.admitted);
    running.last = tried;
    const outcome = tried.kind === 'failed' ? afterFailure(running, tried) : await afterAnswer(running, tried);
    if (outcome !== null) return outcome;
  }
}

/** Whether a failure ends the request: nothing follows a handed-on piece, and some refusals are not for shopping around. */
function afterFailure(running: Running, { error }: Extract<Tried, { kind: 'failed' }>): Outcome | null {
  const { fallbackOn } = running.parts.options;
  const final =
    running.committed ||
    error.code === 'run.aborted' ||
    error.code === 'run.stalled-client' ||
    error.code === 'run.deadline' ||
    (error.code === 'provider.context-length' && !fallbackOn.contextLength) ||
    (error.code === 'provider.content-policy' && !fallbackOn.contentPolicy);
  return final ? failed(running, error) : null;
}

/** An answer that will not do sends the request on to a stronger candidate, if there is one. */
async function afterAnswer(running: Running, tried: Answered): Promise<Outcome | null> {
  const { acceptance } = running.plan;
  if (acceptance === undefined) return answered(running, tried);
  try {
    const why = await acceptance.check(tried.completion);
    if (why === null) return answered(running, tried);
    tried.attempt.flags.push(`not_accepted: ${why.slice(0, 200)}`);
  } catch (cause) {
    return failed(running, hookFailed(cause));
  }
  running.spare = tried;
  running.order = acceptance.strongerThan(tried.model.id).filter(({ id }) => !running.tries.has(id));
  for (const { id } of running.order) running.known.add(id);
  running.flags.add('escalated');
  return null;
}

function hookFailed(cause: unknown): RouterError {
  if (isRouterError(cause)) return cause;
  const advice = 'mend the function passed as `accept`; see the cause';
  return new RouterError('run.hook-failed', 'the acceptance check threw', { where: 'accept', advice, cause });
}

function answered(running: Running, { model, completion, attempt }: Answered): Outcome {
  const finish = completion.choices[0]?.finish_reason ?? 'unknown';
  return {
    kind: 'answered',
    model: model.id,
    completion,
    finish,
    tokens: attempt.tokens,
    firstByteMs: firstByteOf(running),
    ...totals(running),
  };
}

function unaccepted(running: Running, spare: Answered): Outcome {
  running.flags.add('not_accepted');
  return answered(running, spare);
}

function failed(running: Running, error: RouterError): Outcome {
  const model = running.committed ? (running.last?.model.id ?? null) : null;
  const tokens = running.attempts.at(-1)?.tokens ?? null;
  return { kind: 'failed', model, error, finish: error.code, tokens, firstByteMs: firstByteOf(running), ...totals(running) };
}

function firstByteOf({ attempts }: Running): number | null {
  const last = attempts.findLast(({ firstByteMs }) => firstByteMs !== null);
  return last === undefined || last.firstByteMs === null ? null : last.startedMs + last.firstByteMs;
}

function totals(running: Running) {
  const costs = running.attempts.map(({ usd }) => usd);
  const usd = costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  return { attempts: running.attempts, usd, ms: elapsedMs(running), flags: [...running.flags] };
}
