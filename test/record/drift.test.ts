import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import type { DriftReference } from '../../src/core/drift.ts';
import { fakeProvider } from '../../src/providers/fake.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter } from '../../src/router.ts';

const providers = Object.fromEntries(
  ['openai', 'anthropic', 'google', 'mistral', 'deepseek'].map((name) => [name, fakeProvider({ name })]),
);
const reference: DriftReference = {
  labels: { domain: { code: 0.9, general: 0.1 } },
  confidence: {},
  passed: { rate: 0.95, requests: 5_000 },
  usd: null,
  requests: 5_000,
};

describe('the drift option of a router', () => {
  it('tells onAlert and stats when traffic moves away from the reference, feedback included', async () => {
    const alerts: Alert[] = [];
    const router = createRouter({
      providers,
      recorder: memoryRecorder(),
      drift: { reference, window: 50, requestsPerDay: 100 },
      onAlert: (alert) => void alerts.push(alert),
    });
    for (let request = 0; request < 50; request++) {
      await router.feedback(`earlier-${request}a`, 0);
      await router.feedback(`earlier-${request}b`, 1);
      await router.complete(`Which rights has a tenant when the landlord sells house number ${request}?`);
    }
    expect(alerts.filter(({ kind }) => kind === 'drift')).toEqual([
      expect.objectContaining({ watch: 'label:domain', requests: 50, value: 'others', from: 0, to: expect.closeTo(1, 0) }),
      expect.objectContaining({ watch: 'pass-rate', requests: 100 }),
    ]);
    const { drift } = router.stats();
    expect(drift).toMatchObject({ requests: 50, windows: 1, alarms: [{ watch: 'label:domain' }, { watch: 'pass-rate' }] });
    await router.close();
  });

  it('is quiet while traffic is as it was, and off unless asked for', async () => {
    const alerts: Alert[] = [];
    const usual = { ...reference, labels: { domain: { law: 1 } }, passed: null };
    const router = createRouter({ providers, drift: { reference: usual, window: 50 }, onAlert: (alert) => void alerts.push(alert) });
    for (let request = 0; request < 50; request++)
      await router.complete(`Which rights has a tenant when the landlord sells house number ${request}?`);
    expect(alerts).toEqual([]);
    expect(router.stats().drift).toEqual({ requests: 50, windows: 1, alarms: [] });
    expect(createRouter({ providers }).stats().drift).toBeNull();
    await router.close();
  });

  it('refuses to start without anything to compare with', () => {
    expect(() => createRouter({ drift: {} })).toThrow(/has nothing to compare with: policy `[^`]+` was not fitted/);
    expect(() => createRouter({ drift: { reference: 'none.json' } })).toThrow(/none\.json/);
    expect(() => createRouter({ drift: { reference: { ...reference, requests: 0 } } })).toThrow(/drift/);
  });
});
