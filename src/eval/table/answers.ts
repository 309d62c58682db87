import type { Problem } from '../../core/errors.ts';
import type { RawRow } from '../rows-raw.ts';

/** What one model answered, by prompt; NaN where it did not. */
export type Answers = {
  model: string;
  /** Mean over its answers to the prompt. */
  quality: Float64Array;
  /** Its second answer alone, NaN where there was one only. */
  second: Float64Array;
  inputTokens: Float64Array;
  outputTokens: Float64Array;
  /** Dollars as the source recorded them. */
  usd: Float64Array;
  count: Uint16Array;
};

/**
 * Answers by model from lines of `id,model,quality,input_tokens,output_tokens` and perhaps `usd`, every bad line added to `problems`.
 * Several lines for one prompt and model are repeats: averaged within the prompt, never counted as rows.
 */
export function answersOf(rows: readonly RawRow[], file: string, promptIndex: ReadonlyMap<string, number>, problems: Problem[]): Answers[] {
  const byModel = new Map<string, Answers>();
  const name = file.split(/[\\/]/).at(-1) ?? file;
  for (const { line, fields } of rows) {
    const read = readAnswer(fields, promptIndex);
    if (typeof read === 'string') problems.push({ where: `${name}:${line}`, message: read });
    else add(byModel, read, promptIndex.size);
  }
  return [...byModel.values()];
}

type Answer = { model: string; row: number; quality: number; inputTokens: number; outputTokens: number; usd: number };

function readAnswer(fields: Readonly<Record<string, unknown>>, promptIndex: ReadonlyMap<string, number>): Answer | string {
  const { id, model, quality, input_tokens, output_tokens, usd } = fields;
  const row = promptIndex.get(String(id));
  if (row === undefined) return `no prompt has the id \`${String(id).slice(0, 100)}\``;
  if (typeof model !== 'string' || model === '') return 'expected a `model`';
  const figure = typeof quality === 'string' && quality.trim() !== '' ? Number(quality) : Number.NaN;
  if (!(figure >= 0 && figure <= 1)) return `\`quality\` must be 0 to 1, found \`${String(quality).slice(0, 40)}\``;
  const [inputTokens, outputTokens] = [tokensOf(input_tokens), tokensOf(output_tokens)];
  if (inputTokens === null || outputTokens === null) return 'tokens must be whole numbers from 0, or empty for unknown';
  const dollars = usd === undefined || usd === '' ? Number.NaN : Number(usd);
  if (dollars < 0 || (Number.isNaN(dollars) && usd !== undefined && usd !== ''))
    return '`usd` must be dollars from 0, or empty for unknown';
  return { model, row, quality: figure, inputTokens, outputTokens, usd: dollars };
}

/** Empty is unknown (NaN); null is a fault. */
function tokensOf(value: unknown): number | null {
  if (value === undefined || value === '') return Number.NaN;
  const tokens = Number(value);
  return Number.isInteger(tokens) && tokens >= 0 ? tokens : null;
}

function add(byModel: Map<string, Answers>, { model, row, quality, inputTokens, outputTokens, usd }: Answer, prompts: number): void {
  let answers = byModel.get(model);
  if (answers === undefined) {
    const empty = () => new Float64Array(prompts).fill(Number.NaN);
    const tokens = { inputTokens: empty(), outputTokens: empty() };
    answers = { model, quality: empty(), second: empty(), ...tokens, usd: empty(), count: new Uint16Array(prompts) };
    byModel.set(model, answers);
  }
  const before = answers.count[row] ?? 0;
  const joined = (old: number | undefined, value: number) => (before === 0 ? value : ((old ?? 0) * before + value) / (before + 1));
  answers.quality[row] = joined(answers.quality[row], quality);
  answers.inputTokens[row] = joined(answers.inputTokens[row], inputTokens);
  answers.outputTokens[row] = joined(answers.outputTokens[row], outputTokens);
  answers.usd[row] = joined(answers.usd[row], usd);
  if (before === 1) answers.second[row] = quality;
  answers.count[row] = before + 1;
}
