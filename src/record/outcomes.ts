import type { Feedback, RouteRecord } from '../core/record.ts';

/** Feedback in the shape of an outcome table: what the harness and the fit read. */
export type OutcomeTable = {
  /** JSON lines of `{ id, prompt }`, for `<name>.prompts.jsonl`. */
  prompts: string;
  /** `id,model,quality,input_tokens,output_tokens`, for `<name>.outcomes.csv`; empty tokens are unknown. */
  outcomes: string;
  rows: number;
  /** Feedback that could not be used: its request is not among the records, was not answered, or was recorded without its text. */
  unusable: number;
};

/** Joins feedback to the answers it is about. The latest word on a request counts. */
export function outcomesOf(records: readonly RouteRecord[], feedbacks: readonly Feedback[]): OutcomeTable {
  const byId = new Map(records.map((record) => [record.requestId, record]));
  const latest = new Map(feedbacks.map((feedback) => [feedback.requestId, feedback]));
  const prompts: string[] = [];
  const rows = ['id,model,quality,input_tokens,output_tokens'];
  for (const [id, { score }] of latest) {
    const record = byId.get(id);
    const model = record?.executed?.model ?? null;
    if (record?.text === undefined || model === null) continue;
    prompts.push(JSON.stringify({ id, prompt: record.text }));
    const tokens = record.executed?.tokens ?? null;
    rows.push([cell(id), cell(model), score, tokens?.input ?? '', tokens?.output ?? ''].join(','));
  }
  const unusable = latest.size - prompts.length;
  return { prompts: linesOf(prompts), outcomes: linesOf(rows), rows: prompts.length, unusable };
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
