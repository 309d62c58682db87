import { RouterError } from '../../core/errors.ts';
import type { TokenUsage } from '../../core/label.ts';
import type { OutcomeTable } from './table.ts';

/** What one model did on one row of a table; null where the table has no such cell. */
export type TokensOf = (id: string, model: string) => (TokenUsage & { quality: number }) | null;

/** Tokens and quality of every cell of a table by row and model; what is not known is null. */
export function tokensOf({ ids, models }: Pick<OutcomeTable, 'ids' | 'models'>): TokensOf {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const modelOf = new Map(models.map((model) => [model.name, model]));
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  return (id, name) => {
    const [row, model] = [rowOf.get(id), modelOf.get(name)];
    if (row === undefined || model === undefined) return null;
    return {
      input: known(model.inputTokens[row]),
      output: known(model.outputTokens[row]),
      cachedInput: null,
      reasoning: null,
      quality: model.quality[row] ?? 0,
    };
  };
}

export function differentTable(id: string): RouterError {
  return new RouterError('eval.invalid', `the table is not the one this run was on: row \`${id.slice(0, 100)}\` differs`, {
    where: '--outcomes',
    advice: 'name the table the run was made on, as it was; or evaluate this one',
  });
}
