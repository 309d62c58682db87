import { z } from 'zod';
import type { Answerer, JudgePrompt } from '../../core/answerer.ts';
import { isRouterError } from '../../core/errors.ts';
import { type RouteRequest, textOf } from '../../core/request.ts';
import { type Grade, ungraded } from './graders/grade.ts';
import { unfenced } from './graders/schema.ts';

/** `absolute` grades one answer from 1 to 5; `pairwise` compares it with the row's own, in both orders. */
export type JudgeMode = 'absolute' | 'pairwise';

/** A model that grades: it sees request, answer and reference, never a model's name, a label or a route. */
export type Judge = { answerer: Answerer; mode: JudgeMode; prompt: JudgePrompt };

/** What judging one answer came to. */
export type Judged = {
  /** Dollars of every call, null when one is unknown. */
  usd: number | null;
  /** What was said, call by call: a grade, a verdict from the answer's point of view, or the reason why there is none. */
  said: string[];
  /** Of a pair: whether swapping the seats changed the verdict; null where that cannot be told. */
  flipped: boolean | null;
  /** Whether something was too long to be shown whole. */
  cut: boolean;
};

/** Longest request and answer shown, characters, so that none wins by its length and none costs without bound. */
export const SHOWN_CHARACTERS = { request: 16_000, answer: 8_000 } as const;

export type ToJudge = { request: RouteRequest; answer: string; reference: string | null };

/** Asks the judge once, or twice for a pair. Never rejects: what went wrong leaves the answer ungraded. */
export async function judgeAnswer(judge: Judge, given: ToJudge, signal?: AbortSignal): Promise<{ grade: Grade; judged: Judged }> {
  const shown = shownOf(given);
  const { request, answer, reference } = shown;
  if (judge.mode === 'absolute') {
    const heard = await hear(judge, { request, answer, ...(reference === null ? {} : { reference }) }, AbsoluteVerdict, signal);
    const judged = { usd: heard.usd, said: [heard.words], flipped: null, cut: shown.cut };
    return { grade: heard.verdict === null ? ungraded(`judge: ${heard.words}`) : gradeOf((heard.verdict.grade - 1) / 4), judged };
  }
  const other = reference ?? '';
  const straight = await hear(judge, { request, first: answer, second: other }, PairVerdict, signal);
  // Half a comparison is none: the second seat is not paid for.
  const swapped = straight.verdict === null ? straight : await hear(judge, { request, first: other, second: answer }, PairVerdict, signal);
  return pairOf(straight, swapped, shown.cut);
}

const gradeOf = (score: number): Grade => ({ kind: 'graded', score });

const AbsoluteVerdict = z.looseObject({ grade: z.int().min(1).max(5) });
const PairVerdict = z.looseObject({ verdict: z.enum(['first', 'second', 'tie']) });
type Heard<V> = { verdict: V | null; words: string; usd: number | null };
type PairHeard = Heard<z.infer<typeof PairVerdict>>;

/** Two verdicts that disagree once the seats are swapped are a tie: the seat had decided, not the answer. */
function pairOf(straight: PairHeard, swapped: PairHeard, cut: boolean): { grade: Grade; judged: Judged } {
  const calls = straight === swapped ? [straight] : [straight, swapped];
  const usd = calls.some((call) => call.usd === null) ? null : calls.reduce((sum, call) => sum + (call.usd ?? 0), 0);
  const [one, two] = [sideOf(straight, 'first'), sideOf(swapped, 'second')];
  if (one === null || two === null) {
    const lost = calls.find(({ verdict }) => verdict === null) ?? straight;
    return { grade: ungraded(`judge: ${lost.words}`), judged: { usd, said: calls.map(({ words }) => words), flipped: null, cut } };
  }
  const judged = { usd, said: [one, two], flipped: one !== two, cut };
  return { grade: gradeOf(one !== two || one === 'tie' ? 0.5 : one === 'better' ? 1 : 0), judged };
}

function sideOf({ verdict }: PairHeard, own: 'first' | 'second'): 'better' | 'worse' | 'tie' | null {
  if (verdict === null) return null;
  return verdict.verdict === 'tie' ? 'tie' : verdict.verdict === own ? 'better' : 'worse';
}

async function hear<S extends z.ZodType>(
  { answerer, prompt }: Judge,
  data: Readonly<Record<string, unknown>>,
  schema: S,
  signal?: AbortSignal,
): Promise<Heard<z.infer<S>>> {
  try {
    const options = { maxOutputTokens: prompt.maxOutputTokens, ...(signal === undefined ? {} : { signal }) };
    const { text, finish, usd } = await answerer.ask(prompt.requestOf(data), options);
    const read = readVerdict(text, finish, schema);
    return typeof read === 'string' ? { verdict: null, words: read, usd } : { verdict: read.verdict, words: wordsOf(read.verdict), usd };
  } catch (error) {
    if (!isRouterError(error)) throw error;
    return { verdict: null, words: error.code, usd: error.spentUsd === undefined ? 0 : error.spentUsd };
  }
}

/** The judge's own reason is not kept: it may repeat the user's text. */
function wordsOf(verdict: unknown): string {
  const { grade, verdict: word } = verdict as { grade?: number; verdict?: string };
  return String(grade ?? word);
}

function readVerdict<S extends z.ZodType>(text: string, finish: string, schema: S): { verdict: z.infer<S> } | string {
  if (finish === 'content_filter') return 'it refused';
  if (finish === 'length') return 'its answer was cut off';
  let value: unknown;
  try {
    value = JSON.parse(unfenced(text).trim());
  } catch {
    return text.trim() === '' ? 'an empty answer' : 'no JSON object alone';
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? { verdict: parsed.data } : 'a verdict out of range';
}

type Shown = { request: string; answer: string; reference: string | null; cut: boolean };

function shownOf({ request, answer, reference }: ToJudge): Shown {
  const words = requestText(request);
  const cut = words.length > SHOWN_CHARACTERS.request || [answer, reference ?? ''].some(({ length }) => length > SHOWN_CHARACTERS.answer);
  const short = (text: string) => middleOut(text, SHOWN_CHARACTERS.answer);
  return {
    request: middleOut(words, SHOWN_CHARACTERS.request),
    answer: short(answer),
    reference: reference === null ? null : short(reference),
    cut,
  };
}

/** One user turn as it stands; a longer conversation turn by turn, the system's words among them, since they are part of what was asked. */
function requestText({ messages }: RouteRequest): string {
  const [only] = messages;
  if (messages.length === 1 && only?.role === 'user') return textOf(only);
  return messages.map((message) => `${message.role}: ${textOf(message)}`).join('\n\n');
}

/** Head and tail of a text that is too long. */
function middleOut(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)}\n[${text.length - 2 * half} characters left out]\n${text.slice(-half)}`;
}
