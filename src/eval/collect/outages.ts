/** Failures in a row after which a model counts as down: the rest of its rows are errors, not waits. */
const DOWN_AFTER = 10;
/** Refusals of one request tell nothing of the next. */
const OF_THE_REQUEST = new Set(['provider.content-policy', 'provider.context-length']);

/** Which models are down in this run. */
export type Outages = {
  answered(model: string): void;
  failed(model: string, code: string): void;
  /** The code a model that is down last failed with; null while it is up. */
  downWith(model: string): string | null;
};

export function watchOutages(): Outages {
  const inRow = new Map<string, number>();
  const down = new Map<string, string>();
  return {
    answered: (model) => void inRow.set(model, 0),
    failed(model, code) {
      if (OF_THE_REQUEST.has(code)) return;
      const count = (inRow.get(model) ?? 0) + 1;
      inRow.set(model, count);
      if (count >= DOWN_AFTER) down.set(model, code);
    },
    downWith: (model) => down.get(model) ?? null,
  };
}
