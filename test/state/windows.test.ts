import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowAt, windowId, windowsAround } from '../../src/state/windows.ts';

const HOUR = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Beirut',
];

describe('budget windows', () => {
  test.each([
    ['a day of 23 hours', 'Europe/Berlin', Date.UTC(2026, 2, 29, 12), 23],
    ['a day of 25 hours', 'Europe/Berlin', Date.UTC(2026, 9, 25, 12), 25],
    ['a day without a midnight', 'America/Sao_Paulo', Date.UTC(2018, 10, 4, 15), 23],
    ['a leap day', 'UTC', Date.UTC(2028, 1, 29, 12), 24],
    ['half an hour of summer time', 'Australia/Lord_Howe', Date.UTC(2026, 9, 4, 3), 23.5],
  ])('F-51 %s is one window of its true length', (_name, zone, at, hours) => {
    const window = windowAt(at, 'day', zone);
    expect((window.endMs - window.startMs) / HOUR).toBe(hours);
    expect(windowId(window.startMs, 'day', zone)).toBe(window.id);
    expect(windowId(window.startMs - 1, 'day', zone)).not.toBe(window.id);
    expect(windowId(window.endMs, 'day', zone)).not.toBe(window.id);
  });

  test('F-51 windows follow one another without gap or overlap, in any zone, by day and by month', () => {
    const instant = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2037, 0, 1) });
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), fc.constantFrom('day' as const, 'month' as const), (at, zone, kind) => {
        const [before, now, after] = windowsAround(at, kind, zone);
        expect(before.endMs).toBe(now.startMs);
        expect(now.endMs).toBe(after.startMs);
        expect(now.startMs <= at && at < now.endMs).toBe(true);
        expect(new Set([before.id, now.id, after.id]).size).toBe(3);
        expect([before.id, now.id, after.id]).toEqual([before.id, now.id, after.id].sort());
      }),
      { seed: 51, numRuns: 400 },
    );
  });
});
