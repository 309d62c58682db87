import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { type DriftEvent, watchDrift } from '../../src/learn/drift.ts';
import { driftEvent, driftReference } from '../../src/learn/drift-reference.ts';

type Traffic = { code: number; sure: number; pass: number; usd: number };
const USUAL: Traffic = { code: 0.3, sure: 0.8, pass: 0.9, usd: 0.001 };

/** One request of made-up traffic: skewed costs, every third answer judged. */
function eventOf({ code, sure, pass, usd }: Traffic, random: Random): DriftEvent {
  const dice = random();
  const value = dice < code ? 'code' : dice < code + 0.005 ? 'law' : dice < 0.7 ? 'math' : 'general';
  const confidence = Math.min(1, Math.max(0, sure + 0.3 * (random() - 0.5)));
  const complexity = { value: random() < 0.6 ? 'low' : 'high', confidence: Math.min(1, sure + 0.2 * random()) };
  const cost = usd * -Math.log(1 - random());
  return {
    labels: { domain: { value, confidence }, complexity },
    passed: random() < 1 / 3 ? random() < pass : null,
    usd: random() < 0.05 ? null : cost,
  };
}

const stream = (traffic: Traffic, requests: number, random: Random) => Array.from({ length: requests }, () => eventOf(traffic, random));

describe('drift', () => {
  test('an unshifted stream of 10,000 requests gives a false alarm in at most one of a hundred days', () => {
    const days = 300;
    const random = seededRandom(11);
    let alarmed = 0;
    for (let day = 0; day < days; day++) {
      // A reference of its own each day: the reference's luck counts, too.
      const watch = watchDrift(driftReference(stream(USUAL, 2_000, random)));
      let alarms = 0;
      for (let request = 0; request < 10_000; request++) alarms += watch(eventOf(USUAL, random)).length;
      if (alarms > 0) alarmed++;
    }
    expect(alarmed / days).toBeLessThanOrEqual(0.01);
  }, 60_000);

  const shifts: [string, string, Partial<Traffic>][] = [
    ['the mix of labels', 'label:domain', { code: 0.5 }],
    ['confidence', 'confidence:domain', { sure: 0.72 }],
    ['the pass rate', 'pass-rate', { pass: 0.75 }],
    ['the price', 'usd', { usd: 0.0016 }],
  ];
  test.each(shifts)('a shift of %s trips its watch within a day', (_, watched, change) => {
    const random = seededRandom(12);
    const watch = watchDrift(driftReference(stream(USUAL, 5_000, random)));
    const alarms = stream({ ...USUAL, ...change }, 10_000, random).flatMap(watch);
    expect(alarms.map((alarm) => alarm.watch)).toContain(watched);
    expect(alarms.every(({ score, shift }) => score > 3 && shift > 0)).toBe(true);
  });

  test('a value the reference never had counts', () => {
    const random = seededRandom(13);
    const watch = watchDrift(driftReference(stream(USUAL, 2_000, random)));
    const strange = stream(USUAL, 500, random).map((event, index) =>
      index % 10 === 0 ? { ...event, labels: { ...event.labels, domain: { value: 'medicine', confidence: 0.8 } } } : event,
    );
    expect(strange.flatMap(watch).map((alarm) => alarm.watch)).toContain('label:domain');
  });

  test('a record is seen with its label, its cost with the classifier’s, and what feedback said', () => {
    const record = {
      label: { domain: { value: 'code', confidence: 0.9, unsure: null } },
      classifier: { usd: 0.001 },
      executed: { usd: 0.01 },
    } as never as Parameters<typeof driftEvent>[0];
    expect(driftEvent(record, 1)).toEqual({ labels: record.label, passed: true, usd: 0.011 });
    expect(driftEvent({ ...record, executed: null }, 0.2)).toMatchObject({ passed: false, usd: null });
    expect(driftEvent(record)).toMatchObject({ passed: null });
  });

  test('what nobody measured is not watched', () => {
    const events: DriftEvent[] = Array.from({ length: 100 }, () => ({ labels: {}, passed: null, usd: null }));
    expect(driftReference(events)).toEqual({ labels: {}, confidence: {}, passed: null, usd: null, requests: 100 });
    expect(events.flatMap(watchDrift(driftReference(events), { window: 50 }))).toEqual([]);
  });
});
