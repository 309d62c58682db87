import { resolve } from 'node:path';
import { secretGuard } from '../../config/secret-build.ts';
import type { CacheMode, CacheOptions } from '../../eval/answer-store.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';

/** How paid calls are made: from memory where there is one, and again where a failure may pass. */
export function paidOptions(flags: Flags, io: Io): { cache: CacheOptions; retries?: number } {
  const retries = flags.number('retries');
  return { cache: answersCache(flags, io), ...(retries === undefined ? {} : { retries }) };
}

/** The memory of answers to paid calls, whoever asks: keys of this environment and what looks like one never get into it. */
export function answersCache(flags: Flags, io: Io): CacheOptions {
  const folder = resolve(io.cwd, flags.text('cache-folder') ?? '.pointsman/cache/answers');
  return { mode: cacheMode(flags, io), folder, guard: secretGuard(io.env) };
}

/** Where CI is set nothing is asked unless it is said so: a build must not spend, nor pass on fresh luck. */
function cacheMode(flags: Flags, io: Io): CacheMode {
  const given = flags.text('cache') as CacheMode | undefined;
  const { CI } = io.env;
  return given ?? (CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0' ? 'only' : 'use');
}

/** Waits, or stops waiting when the signal fires. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
