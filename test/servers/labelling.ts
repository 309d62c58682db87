import { type Behaviour, completion, json } from './upstream.ts';

/** About what one label takes with the shipped prompt. */
export const LABEL_USAGE = { prompt_tokens: 1_000, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 800 } };

const EXTRA = { model: 'wire-2026-11-01', usage: LABEL_USAGE };
const FIRST = { complexity: 'low', domain: 'code', risk: 'low' };

/** The text that a labelling call asks about. */
export function askedText(body: Record<string, unknown>): string {
  const messages = body.messages as { role: string; content: string }[];
  const [, text = '""'] = (messages.at(-1)?.content ?? '').split('\n');
  return String(JSON.parse(text));
}

/** The `# System` part a labelling call was made with. */
export const systemText = (body: Record<string, unknown>): string => (body.messages as { content: string }[])[0]?.content ?? '';

/** The gold values that `csvOf` writes into its texts. */
export function goldOf(text: string): Record<string, string> {
  const [complexity, domain, risk] = text.split('about ')[1]?.split(' ') ?? [];
  return complexity === undefined || domain === undefined || risk === undefined ? FIRST : { complexity, domain, risk };
}

/** A model that labels: right always, or as `answer` says. */
export const labelling =
  (answer: (text: string, system: string) => Record<string, string> = goldOf): Behaviour =>
  (exchange) =>
    json(completion(JSON.stringify(answer(askedText(exchange.body), systemText(exchange.body))), EXTRA))(exchange);
