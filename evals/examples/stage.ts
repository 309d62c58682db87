import { pathToFileURL } from 'node:url';
import type { PolicyInput } from '../../src/core/policy.ts';
import { fakeProvider, type Provider, type ProviderCall } from '../../src/index.ts';

/** The providers of the shipped policy, played by fakes: replace them by nothing at all to call the real ones. */
export function fakeProviders(reply?: (call: ProviderCall) => string): Record<string, Provider> {
  const names = ['openai', 'anthropic', 'google', 'mistral', 'deepseek'];
  return Object.fromEntries(names.map((name) => [name, fakeProvider({ name, ...(reply === undefined ? {} : { reply }) })]));
}

/** Two models of your own: a small one and a strong one. */
export function twoModels(extra: Partial<PolicyInput> = {}): PolicyInput {
  const abilities = { tools: true, images: true, structuredOutput: true };
  return {
    schemaVersion: 1,
    name: 'two-models',
    models: [
      { id: 'local/small', tier: 'low', clearedRisk: 'high', price: { input: 0.1, output: 0.4 }, abilities },
      { id: 'cloud/strong', tier: 'high', clearedRisk: 'high', price: { input: 3, cachedInput: 0.3, output: 15 }, abilities },
    ],
    pools: { small: { models: ['local/small'] }, strong: { models: ['cloud/strong'] }, both: { models: ['local/small', 'cloud/strong'] } },
    rules: [
      { when: { label: { complexity: ['low'] } }, pool: 'both' },
      { when: {}, pool: 'strong' },
    ],
    lastResort: 'cloud/strong',
    objective: 'cheapest',
    qualityPrior: {
      low: { low: 0.93, medium: 0.62, high: 0.3 },
      medium: { low: 0.95, medium: 0.8, high: 0.6 },
      high: { low: 0.97, medium: 0.94, high: 0.85 },
    },
    expectedOutputTokens: { low: 100, medium: 300, high: 800 },
    ...extra,
  };
}

/** Fakes for `twoModels`. */
export function twoFakes(
  small: (call: ProviderCall, turn: number) => string | Error = () => 'small answer',
  strong: () => string = () => 'strong answer',
) {
  return { local: fakeProvider({ name: 'local', reply: small }), cloud: fakeProvider({ name: 'cloud', reply: strong }) };
}

/** Runs an example when its file was started directly: `npx tsx evals/examples/budget.ts`. */
export async function ifStarted(url: string, example: () => Promise<unknown>): Promise<void> {
  if (url === pathToFileURL(process.argv[1] ?? '').href) console.log(await example());
}
