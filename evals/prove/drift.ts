import { type DriftEvent, type DriftReference, driftReference } from '../../src/core/drift.ts';
import { watchDrift } from '../../src/core/drift-watch.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import type { Finding } from './finding.ts';

/** Made-up traffic: share of code, usual confidence, pass rate, mean dollars. */
export type Traffic = { code: number; sure: number; pass: number; usd: number };
export const USUAL: Traffic = { code: 0.3, sure: 0.8, pass: 0.9, usd: 0.001 };

/** One request: skewed costs, every third answer judged, a rare domain, some costs unknown. */
export function trafficEvent({ code, sure, pass, usd }: Traffic, random: Random): DriftEvent {
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

const DAY = 10_000;
const REFERENCE = 2_000;
const FALSE_ALARMS = 0.01;
const SHIFTS: readonly (readonly [string, Partial<Traffic>])[] = [
  ['label:domain', { code: 0.5 }],
  ['confidence:domain', { sure: 0.72 }],
  ['pass-rate', { pass: 0.75 }],
  ['usd', { usd: 0.0016 }],
];

/** Alarms of one day against a reference drawn anew, so that the reference's own luck counts, too. */
function alarmsOfDay(traffic: Traffic, random: Random): string[] {
  const usual = Array.from({ length: REFERENCE }, () => trafficEvent(USUAL, random));
  const watch = watchDrift(driftReference(usual) as DriftReference);
  const alarms: string[] = [];
  for (let request = 0; request < DAY; request++)
    for (const alarm of watch.observe(trafficEvent(traffic, random))) alarms.push(alarm.watch);
  return alarms;
}

/** Days without a shift that give an alarm, and days with one that do not. Full size is 1,000 days of 10,000 requests. */
export function proveDrift(days: number, seed: number): Finding[] {
  const random = seededRandom(seed);
  let alarmed = 0;
  for (let day = 0; day < days; day++) if (alarmsOfDay(USUAL, random).length > 0) alarmed++;
  const slack = days >= 1_000 ? 0 : 3 * Math.sqrt((FALSE_ALARMS * (1 - FALSE_ALARMS)) / days);
  const shifted = SHIFTS.map(([watch, change]) => {
    const tries = Math.max(2, Math.round(days / 50));
    let seen = 0;
    for (let day = 0; day < tries; day++) if (alarmsOfDay({ ...USUAL, ...change }, random).includes(watch)) seen++;
    return { claim: `drift: a day shifted in ${watch} trips that watch`, found: `${seen} of ${tries} days`, holds: seen === tries };
  });
  const found = `${alarmed} of ${days} days`;
  return [
    {
      claim: 'drift: an unshifted day of 10,000 requests gives a false alarm at most once in a hundred days',
      found,
      holds: alarmed / days <= FALSE_ALARMS + slack,
    },
    ...shifted,
  ];
}
