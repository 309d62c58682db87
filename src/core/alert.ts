/** What an operator should hear of. */
export type Alert =
  | { kind: 'failures'; share: number; requests: number }
  | { kind: 'spend'; spentUsd: number; limitUsd: number }
  | { kind: 'label-drift'; axis: string; index: number; requests: number }
  /** Traffic moved away from the reference: `score` standard errors, by `shift` (share, or difference of means); `value` is the one of a mix that moved most. */
  | { kind: 'drift'; watch: string; score: number; shift: number; requests: number; value: string | null; from: number; to: number }
  | { kind: 'unauthorised'; model: string; detail: string }
  | { kind: 'breaker-opened'; model: string }
  | { kind: 'over-reservation'; model: string; requestId: string; reservedUsd: number; actualUsd: number }
  | { kind: 'record-failed'; detail: string };
