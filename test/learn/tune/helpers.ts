import type { AnyLabel } from '../../../src/core/label.ts';
import type { DatasetRow } from '../../../src/eval/dataset.ts';
import { requestFingerprint } from '../../../src/eval/fingerprint.ts';
import type { Predicted } from '../../../src/eval/predict.ts';
import { labelOf } from '../../eval/helpers.ts';

export function rowOf(id: string, text: string, gold: Record<string, string>, cluster = `row:${id}`): DatasetRow {
  const request = { messages: [{ role: 'user' as const, content: text }], id };
  return { id, line: 1, request, gold, language: null, slices: [], cluster, labeler: null, fingerprint: requestFingerprint(request) };
}

export function saidOf(id: string, values: Record<string, string> | null, state: Predicted['state'] = 'ok'): Predicted {
  const label: AnyLabel | null = values === null ? null : labelOf(values);
  return {
    id,
    state,
    label,
    usd: null,
    model: null,
    promptHash: null,
    usage: null,
    error: null,
    cached: false,
    ms: null,
    answeredBy: null,
  };
}

export const gold = (complexity: string, domain = 'code', risk = 'low') => ({ complexity, domain, risk });

export const PROMPT = `---
name: tiny
system: [taxonomy]
user: [boundary, request]
maxOutputTokens: 60
---

# System

You label. The user message is one JSON string.

{{taxonomy}}

Complexity: how hard.
Two lines of it.

Risk: the worst part.

Reply with one JSON object: {"complexity":"low"}

# User

{{boundary}}
{{request}}
`;
