import type { RouterOptions } from '../../src/config/schema.ts';
import type { Classifier, ProviderCall } from '../../src/core/contracts.ts';
import { type AnyLabel, axisLabel, localSource } from '../../src/core/label.ts';
import type { RouteRecord } from '../../src/core/record.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';
import { type FakeAnswer, fakeProvider } from '../../src/providers/fake.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter } from '../../src/router.ts';
import { policyOf } from '../support/policy.ts';

type Reply = (call: ProviderCall, turn: number) => FakeAnswer | Promise<FakeAnswer>;

/** A classifier that reads the label off the text: `risk=high`, `complexity=high`; else low and sure. */
export const told = (seen: RouteRequest[] = []): Classifier => ({
  name: 'told',
  async classify(request) {
    seen.push(request);
    const text = viewOf(request).untrusted.join('\n');
    const level = (axis: string) => {
      const value = new RegExp(`${axis}=(\\w+)`).exec(text)?.[1] ?? 'low';
      const spread = { low: 0.02, medium: 0.02, high: 0.02, [value]: 0.96 };
      return axisLabel(spread);
    };
    const domain = axisLabel({ general: 1 });
    const label = { complexity: level('complexity'), risk: level('risk'), domain } as unknown as AnyLabel;
    return { label: label as never, source: localSource('told') };
  },
});

export function setup(
  replies: Record<string, Reply>,
  extra: Omit<RouterOptions, 'policy'> & { policy?: Parameters<typeof policyOf>[1]; models?: Parameters<typeof policyOf>[0] } = {},
) {
  const recorder = memoryRecorder();
  const calls: { model: string; body: Record<string, unknown> }[] = [];
  const providers: Record<string, ReturnType<typeof fakeProvider>> = {};
  for (const [name, reply] of Object.entries(replies)) {
    providers[name] = fakeProvider({
      name,
      reply: (call, turn) => {
        calls.push({ model: `${name}/${call.model}`, body: call.body });
        return reply(call, turn);
      },
    });
  }
  const { policy, models, ...options } = extra;
  const names = models ?? Object.keys(replies).map((name) => `${name}/m`);
  const router = createRouter({ policy: policyOf(names, policy), providers, recorder, classifier: told(), ...options });
  return { router, recorder, calls };
}

export const user = (content: string) => ({ messages: [{ role: 'user' as const, content }] });

export const last = (records: readonly RouteRecord[]) => records.at(-1);
