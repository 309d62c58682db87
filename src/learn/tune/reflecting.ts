import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { isRouterError } from '../../core/errors.ts';
import { type Failure, Pace } from '../../eval/pace.ts';
import { recoverLines, sealed, unsealed } from '../../eval/sealed-lines.ts';
import type { TuneOptions, TuneParts } from './parts.ts';
import type { Question } from './question.ts';
import { lostUsd, type Spend } from './spend.ts';

/** Asks the strong model, each question once: the answer is written down, so that a run taken up again goes the same way. */
export type Reflecting = { ask(question: Question, turn: number, signal?: AbortSignal): Promise<string>; close(): void };

type Line = { key: string; content: string };

export function openReflecting(
  folder: string,
  spend: Spend,
  { retries }: Pick<TuneOptions, 'retries'>,
  { reflector, files, sleep }: Pick<TuneParts, 'reflector' | 'files' | 'sleep'>,
): Reflecting {
  const path = join(folder, 'reflections.jsonl');
  const content = files.exists(path) ? files.read(path) : new Uint8Array();
  const { rows, bytes } = recoverLines(content, 'reflections.jsonl', (line) => unsealed(line) as Line | null);
  if (content.length > bytes) files.truncate(path, bytes);
  const known = new Map(rows.map((row) => [row.key, row.content]));
  const log = files.openLog(path);
  const heldAsk = async (question: Question, turn: number, signal?: AbortSignal): Promise<string> => {
    const worst = reflector.worstUsd(question) ?? 0;
    spend.demand(worst);
    const settle = spend.hold(worst);
    try {
      const answer = await reflector.ask(question, turn, signal);
      settle(answer.cached ? 0 : (answer.usd ?? worst));
      return answer.content;
    } catch (error) {
      settle(lostUsd(error, worst, signal));
      throw error;
    }
  };
  return {
    async ask(question, turn, signal) {
      const key = createHash('sha256').update(canonicalJson({ question, turn })).digest('hex');
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const answer = await paceOf(retries, sleep, signal).run(() => heldAsk(question, turn, signal), failureOf);
      log.append(sealed({ key, content: answer }));
      known.set(key, answer);
      return answer;
    },
    close: () => log.close(),
  };
}

/** The strong model is busy now and then as well; without means to wait it is not asked again. */
function paceOf(retries: number | undefined, sleep: TuneParts['sleep'], signal: AbortSignal | undefined): Pace {
  const waiting = sleep === undefined ? { retries: 0, sleep: async () => {} } : { sleep, ...(retries === undefined ? {} : { retries }) };
  return new Pace({ most: 1, ...waiting, ...(signal === undefined ? {} : { signal }) });
}

function failureOf(error: unknown): Failure {
  return isRouterError(error) ? { retryable: error.retryable, retryAfterSeconds: error.retryAfterSeconds } : { retryable: false };
}
