import type { RouterOptions } from '../../src/config/schema.ts';
import { fakeProvider } from '../../src/providers/fake.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter } from '../../src/router.ts';
import { policyOf } from '../support/policy.ts';

export const user = (content: string) => ({ messages: [{ role: 'user' as const, content }] });

export function setup(names: readonly string[], options: Omit<RouterOptions, 'policy'> = {}, policy: Parameters<typeof policyOf>[1] = {}) {
  const recorder = memoryRecorder();
  const providers = Object.fromEntries(
    names.map((name) => [name, fakeProvider({ name, reply: ({ body }) => `${name} says ${(body.messages as unknown[]).length}` })]),
  );
  const router = createRouter({
    policy: policyOf(
      names.map((name) => `${name}/m`),
      policy,
    ),
    providers,
    recorder,
    ...options,
  });
  return { router, recorder };
}
