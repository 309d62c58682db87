/** Every code a `RouterError` can carry, with the exit code a command ends with. Tests and callers key on the code, never on the text. */
export const ERROR_EXIT_CODES = {
  'input.invalid': 2,
  'input.too-large': 2,
  'input.not-found': 2,
  'input.unreadable': 2,
  'input.exists': 2,
  'output.unwritable': 2,
  'options.invalid': 2,
  'policy.invalid': 2,
  'policy.unknown-model': 2,
  'policy.pool-changed': 2,
  'taxonomy.invalid': 2,
  'prompt.invalid': 2,
  'dataset.invalid': 2,
  'dataset.leak': 3,
  'weights.invalid': 2,
  'classify.failed': 3,
  'classify.timeout': 3,
  'classify.refused': 3,
  'classify.bad-answer': 3,
  'classify.leaked': 3,
  'classify.aborted': 130,
  'provider.missing-key': 2,
  'provider.missing-package': 2,
  'provider.unknown': 2,
  'provider.failed': 3,
  'provider.bad-response': 3,
  'provider.rate-limited': 3,
  'provider.timeout': 3,
  'provider.unauthorised': 3,
  'provider.rejected': 3,
  'provider.context-length': 3,
  'provider.content-policy': 3,
  'provider.unreachable': 3,
  'provider.stale-socket': 3,
  'provider.truncated': 3,
  'provider.too-large': 3,
  'provider.aborted': 130,
  'run.no-candidate': 3,
  'run.deadline': 3,
  'run.aborted': 130,
  'run.truncated': 3,
  'run.stalled-client': 3,
  'run.hook-failed': 3,
  'run.refused': 3,
  'budget.exceeded': 4,
  'budget.unavailable': 3,
  'state.unavailable': 3,
  'state.invalid': 2,
  'record.failed': 2,
  'router.closed': 2,
  'eval.invalid': 3,
  'eval.gate-failed': 1,
  'eval.locked': 75,
  'eval.interrupted': 130,
  'cache.miss': 3,
} as const;

export type ErrorCode = keyof typeof ERROR_EXIT_CODES;

export type RouterErrorOptions = {
  /** What to do about it, one imperative sentence. */
  advice: string;
  /** Where it happened: a path such as `models[3].price` or `file.csv:12`. */
  where?: string;
  /** Whether the same call may succeed later. @default false */
  retryable?: boolean;
  /** Seconds after which a retry is welcome, when an upstream said so. */
  retryAfterSeconds?: number;
  /** HTTP status an upstream answered with. */
  status?: number;
  /** Dollars the failed call had cost all the same; null when that is unknown. Left out when nothing was spent. */
  spentUsd?: number | null;
  cause?: unknown;
};

/**
 * The one error type of the library: what was expected and found in `message`, what to do in `advice`.
 *
 * @example
 * const error = new RouterError('options.invalid', 'expected `sureAt` between 0 and 1, found `7`', { advice: 'use a probability such as 0.7' });
 * error.code // => 'options.invalid'
 */
export class RouterError extends Error {
  override readonly name = 'RouterError';
  readonly code: ErrorCode;
  readonly advice: string;
  readonly where: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly status: number | undefined;
  readonly spentUsd: number | null | undefined;

  constructor(code: ErrorCode, message: string, options: RouterErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.advice = options.advice;
    this.where = options.where;
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.status = options.status;
    this.spentUsd = options.spentUsd;
  }

  toJSON(): { code: ErrorCode; message: string; advice: string; where?: string } {
    return { code: this.code, message: this.message, advice: this.advice, ...(this.where === undefined ? {} : { where: this.where }) };
  }
}

export function isRouterError(error: unknown): error is RouterError {
  return error instanceof RouterError;
}

/** The same error with what the failed work had cost all the same; null when that is unknown. */
export function withSpent(error: RouterError, spentUsd: number | null): RouterError {
  const { advice, where, retryable, retryAfterSeconds, status, cause } = error;
  return new RouterError(error.code, error.message, {
    advice,
    retryable,
    spentUsd,
    cause,
    ...(where === undefined ? {} : { where }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(status === undefined ? {} : { status }),
  });
}

/** One problem found while validating; many are listed at once in a single error. */
export type Problem = { where: string; message: string };

/** Raises one error that lists every problem, first twenty in full. */
export function failWithProblems(code: ErrorCode, subject: string, problems: readonly Problem[], advice: string): never {
  const lines = problems.slice(0, 20).map((problem) => `  ${problem.where}: ${problem.message}`);
  const more = problems.length > 20 ? [`  … and ${problems.length - 20} more`] : [];
  throw new RouterError(code, [`${subject} has ${problems.length} problem(s):`, ...lines, ...more].join('\n'), {
    advice,
    where: problems[0]?.where ?? subject,
  });
}
