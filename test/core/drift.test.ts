import { describe, expect, test } from 'vitest';
import { type Traffic, trafficEvent, USUAL } from '../../evals/prove/drift.ts';
import { type DriftEvent, type DriftReference, driftReference } from '../../src/core/drift.ts';
import { driftOf, watchDrift } from '../../src/core/drift-watch.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { driftEvent } from '../../src/record/drift.ts';

const stream = (traffic: Traffic, requests: number, random: Random) =>
  Array.from({ length: requests }, () => trafficEvent(traffic, random));
const referenceOf = (events: readonly DriftEvent[]): DriftReference => driftReference(events) as DriftReference;
const alarmsOf = (reference: DriftReference, events: readonly DriftEvent[]) => {
  const watch = watchDrift(reference);
  return events.flatMap((event) => watch.observe(event));
};

describe('drift', () => {
  const shifts: [string, string, Partial<Traffic>][] = [
    ['the mix of labels', 'label:domain', { code: 0.5 }],
    ['confidence', 'confidence:domain', { sure: 0.72 }],
    ['the pass rate', 'pass-rate', { pass: 0.75 }],
    ['the price', 'usd', { usd: 0.0016 }],
  ];
  test.each(shifts)('a shift of %s trips its watch within a day', (_, watched, change) => {
    const random = seededRandom(12);
    const reference = referenceOf(stream(USUAL, 5_000, random));
    const alarms = alarmsOf(reference, stream({ ...USUAL, ...change }, 10_000, random));
    expect(alarms.map((alarm) => alarm.watch)).toContain(watched);
    expect(alarms.every(({ score, shift }) => score > 3 && shift > 0)).toBe(true);
  });

  test('a value the reference never had counts', () => {
    const random = seededRandom(13);
    const reference = referenceOf(stream(USUAL, 2_000, random));
    const strange = stream(USUAL, 500, random).map((event, index) =>
      index % 10 === 0 ? { ...event, labels: { ...event.labels, domain: { value: 'medicine', confidence: 0.8 } } } : event,
    );
    expect(alarmsOf(reference, strange).map((alarm) => alarm.watch)).toContain('label:domain');
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
    expect(alarmsOf(referenceOf(events), events)).toEqual([]);
    expect(driftReference([])).toBeNull();
  });

  test('late verdicts count, a hundred at a look', () => {
    const random = seededRandom(14);
    const watch = watchDrift(referenceOf(stream(USUAL, 5_000, random)));
    const unjudged = stream(USUAL, 1_000, random).map((event) => ({ ...event, passed: null }));
    for (let verdict = 0; verdict < 200; verdict++) watch.judged(verdict % 2 === 0);
    expect(unjudged.flatMap((event) => watch.observe(event)).map((alarm) => alarm.watch)).toEqual(['pass-rate']);
  });

  test('one look at a stretch of traffic says of each watch how far it is off', () => {
    const random = seededRandom(15);
    const reference = referenceOf(stream(USUAL, 5_000, random));
    const { limit, watches } = driftOf(reference, stream({ ...USUAL, code: 0.6 }, 600, random));
    expect(limit).toBeGreaterThan(2.5);
    expect(watches.filter(({ alarm }) => alarm).map(({ watch }) => watch)).toEqual(['label:domain']);
    expect(watches.map(({ watch }) => watch)).toEqual([
      'label:domain',
      'label:complexity',
      'confidence:domain',
      'confidence:complexity',
      'pass-rate',
      'usd',
    ]);
  });
});
