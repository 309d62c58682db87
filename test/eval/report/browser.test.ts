import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/eval/compare.ts';
import type { Manifest } from '../../../src/eval/manifest.ts';
import { labelsHtml } from '../../../src/eval/report/html/labels.ts';
import { tableHtml } from '../../../src/eval/report/html/tables.ts';
import { junitXml } from '../../../src/eval/report/junit.ts';
import type { EvalMetrics } from '../../../src/eval/result.ts';
import type { TableManifest, TableMetrics } from '../../../src/eval/table/result.ts';
import { ACTIVE_ATTRIBUTES, FOCUS, FOCUSED_OPENER, LIGHTNESS, OPEN_ALL_ROWS, OVERLAPS, PAPER, WIDTH, xmlCases } from './in-page.ts';
import { browserNote, browserThere, type Finished, labelsRun, launch, openReport, tableRun } from './pages.ts';
import { payloads } from './payloads.ts';

describe.skipIf(!browserThere)(`report.html in a browser${browserNote}`, () => {
  let browser: Browser;
  let labels: Finished;
  let table: Finished;
  beforeAll(async () => {
    browser = await launch();
    labels = await labelsRun((index) => `question ${index}${index === 77 ? ' zebra' : ''}`, 120);
    table = await tableRun();
  });
  afterAll(async () => browser.close());

  it('opens offline without a complaint, light and dark, with every part it links to', async () => {
    for (const { html } of [labels, table]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, troubles } = await openReport(browser, html, { colorScheme });
        for (const link of await page.locator('nav a').evaluateAll((links) => links.map((each) => each.getAttribute('href') ?? '')))
          expect(await page.locator(link).count(), link).toBe(1);
        expect(await page.locator('figure svg').count()).toBeGreaterThan(2);
        expect(troubles).toEqual([]);
        await page.close();
      }
    }
  });

  it('is dark when the reader’s system is, with text that stands out from the page', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openReport(browser, table.html, { colorScheme });
      const [ink, paper] = await page.evaluate<[number, number]>(LIGHTNESS);
      expect(colorScheme === 'dark' ? ink - paper : paper - ink).toBeGreaterThan(0.7);
    }
  });

  it('lays no word of a plot over another, wide or narrow, and never scrolls sideways as a whole', async () => {
    for (const { html } of [labels, table]) {
      for (const width of [1280, 390]) {
        const { page } = await openReport(browser, html, { width });
        expect(await page.evaluate<number>(WIDTH)).toBeLessThanOrEqual(width);
        expect(await page.evaluate(OVERLAPS)).toEqual([]);
      }
    }
  });

  it('says why where it draws nothing, and has no empty box', async () => {
    for (const { html } of [labels, table]) {
      const { page } = await openReport(browser, html);
      const bare = await page
        .locator('section')
        .evaluateAll((sections) =>
          sections.filter((each) => (each.textContent ?? '').trim().length < 40 || each.clientHeight < 40).map((each) => each.id),
        );
      expect(bare).toEqual([]);
    }
  });

  it('T24 runs nothing and builds nothing out of two hundred hostile texts in every field', async () => {
    expect(payloads.length).toBeGreaterThanOrEqual(200);
    for (const html of await hostilePages(labels, table)) {
      const { page, troubles } = await openReport(browser, html);
      await page.locator('#rows-only').selectOption('');
      expect(await page.evaluate(OPEN_ALL_ROWS)).toBe(payloads.length);
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.locator(FOREIGN).count()).toBe(0);
      expect(await page.evaluate(ACTIVE_ATTRIBUTES)).toEqual([]);
      const links = await page.locator('a').evaluateAll((each) => each.map((link) => link.getAttribute('href') ?? ''));
      expect(links.filter((href) => !href.startsWith('#'))).toEqual([]);
      expect(troubles).toEqual([]);
      await page.close();
    }
  });

  it('filters, orders and turns pages by keyboard alone, and says how many rows it found', async () => {
    const { page } = await openReport(browser, labels.html);
    const count = page.locator('#rows-count');
    expect(await count.getAttribute('aria-live')).toBe('polite');
    await page.locator('#rows-only').selectOption('');
    await page.locator('#rows-text').focus();
    await page.keyboard.type('zebra');
    expect(await count.textContent()).toBe('1 of 120 rows, page 1 of 1');
    expect(await page.locator('#rows-body tr').count()).toBe(1);
    await page.locator('#rows-text').fill('');
    await page.locator('#rows-slice').selectOption('slice:odd');
    expect(await count.textContent()).toBe('60 of 120 rows, page 1 of 3');
    await page.locator('#rows-next').press('Enter');
    await page.locator('#rows-next').press('Enter');
    expect(await page.locator('#rows-body tr').count()).toBe(10);
    expect(await page.locator('#rows-next').isDisabled()).toBe(true);
    await page.locator('#rows-order').selectOption('cost');
    const costs = await page
      .locator('#rows-body td[data-name=cost]')
      .evaluateAll((cells) => cells.map((each) => Number((each.textContent ?? '').slice(1))));
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
  });

  it('is walked through by Tab with the focus in sight, and row by row with the arrows', async () => {
    const { page } = await openReport(browser, labels.html);
    const seen: string[] = [];
    for (let step = 0; step < 80 && !seen.includes('opener'); step++) {
      await page.keyboard.press('Tab');
      const [name, outline] = await page.evaluate<[string, string]>(FOCUS);
      expect(outline, `focus on ${name}`).not.toBe('none');
      seen.push(name);
    }
    expect(seen).toEqual(
      expect.arrayContaining(['skip', 'rows-text', 'rows-only', 'rows-slice', 'rows-model', 'rows-order', 'rows-next', 'opener']),
    );
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(FOCUSED_OPENER)).toBe(1);
    await page.keyboard.press('Enter');
    const opener = page.locator('.opener').nth(1);
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    expect(await page.locator(`[id="${await opener.getAttribute('aria-controls')}"]`).textContent()).toContain('cluster');
    await page.keyboard.press('Enter');
    expect(await page.locator('tr.detail').count()).toBe(0);
  });

  it('can be read without seeing it: labels, captions, described figures, one heading order', async () => {
    for (const { html } of [labels, table]) {
      const { page } = await openReport(browser, html);
      const bare = await page
        .locator('input, select')
        .evaluateAll((fields) => fields.filter((each) => each.closest('label') === null).length);
      expect(bare).toBe(0);
      expect(await page.locator('table:not(:has(caption)):not([aria-label])').count()).toBe(0);
      expect(await page.locator('figure svg:not(.key):not([role=img][aria-label])').count()).toBe(0);
      expect(await page.locator('svg.key:not([aria-hidden=true])').count()).toBe(0);
      const levels = await page.locator('h1, h2, h3').evaluateAll((heads) => heads.map((each) => Number(each.tagName[1])));
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(levels.every((level, index) => level - (levels[index - 1] ?? 0) <= 1)).toBe(true);
      expect(await page.locator('#rows-count').getAttribute('role')).toBe('status');
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
    }
  });

  it('junit.xml is XML, whatever its checks are called', async () => {
    const { page } = await openReport(browser, labels.html);
    const checks = payloads.map((name, index) => ({ name, pass: index % 3 > 0, skipped: index % 3 === 1, found: name, wanted: name }));
    const names = await page.evaluate<string[]>(xmlCases(junitXml(payloads[0] ?? '', checks)));
    expect(names).toHaveLength(payloads.length);
    expect(names[1]).toBe(payloads[1]);
  });

  it('goes on paper in ink: dark text on white, without filters', async () => {
    const { page } = await openReport(browser, labels.html, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.locator('.filters').isVisible()).toBe(false);
    expect(await page.evaluate(PAPER)).toBe('rgb(255, 255, 255)');
  });
});

/** What no report of ours holds. */
const FOREIGN =
  'img, iframe, object, embed, base, link, template, video, audio, math, foreignObject, animate, use, form:not(.filters), main script:not([type="application/json"])';

/** Reports with a hostile text wherever a text of unknown origin can stand: rows, ids, slices, models, tables, labels, references. */
async function hostilePages(labels: Finished, table: Finished): Promise<string[]> {
  const [metrics, manifest, comparison] = poisoned([
    labels.file('metrics.json'),
    labels.file('manifest.json'),
    labels.file('comparison.json'),
  ]);
  const [figures, head] = poisoned([table.file('metrics.json'), table.file('manifest.json')]);
  const rows = payloads.map((payload, index) => {
    const other = payloads[(index * 7 + 1) % payloads.length] ?? '';
    const route = { model: other, quality: 0.2, usd: null };
    return {
      id: payload,
      cluster: other,
      slices: [payload],
      gold: { complexity: other, [payload]: 'x' },
      label: { complexity: { value: payload, confidence: 0.5 } },
      state: 'ok' as const,
      ...route,
      reference: { ...route, quality: 0.9 },
      text: payload,
    };
  });
  const past = payloads
    .slice(0, 9)
    .map((text) => ({ startedAt: text, hash: text, version: text, name: text, value: 0.5, ci95: null, asPoints: false }));
  const text = payloads[5] ?? '';
  const gate = payloads.map((payload, index) => ({ name: payload, pass: index % 2 === 0, found: payload, wanted: payload }));
  const drift = {
    requests: 1,
    referenceRequests: 1,
    limit: 3,
    watches: payloads.map((watch) => ({ watch, score: 4, shift: 0.1, requests: 1, value: watch, from: 0, to: 1, alarm: true })),
  };
  const version = { hash: text, characters: 1 };
  const next = { axis: text, gold: text, said: text, rows: 1, errors: 1, slice: { name: text, rows: 1 }, ids: payloads.slice(0, 9) };
  const diff = payloads.map((payload) => ({ kind: '+' as const, text: payload }));
  const tuning = { before: version, after: { ...version, hash: 'x' }, diff, cost: { before: null, after: null }, next };
  const around = { comparison: comparison as Comparison, past, gate, drift, tuning };
  return [
    labelsHtml(metrics as EvalMetrics, manifest as Manifest, rows, around),
    tableHtml(figures as TableMetrics, head as TableManifest, rows, around),
  ];
}

/** Words the code goes by, which no dataset can set. */
const KEPT =
  /^(complexity|domain|risk|words|labels|outcomes|BETTER|NO WORSE|WORSE|CANNOT TELL|MODELLED|ESTIMATED|MEASURED|quadratic|nominal|no-[a-z-]+|not-[a-z-]+|unknown-cost|fixed|broken|ok|all axes|low|medium|high)$/;

/** Every other string replaced by a payload, equal ones by equal payloads. */
function poisoned(value: unknown): unknown[] {
  const given = new Map<string, string>();
  const change = (each: unknown): unknown => {
    if (typeof each === 'string') {
      if (KEPT.test(each)) return each;
      const payload = given.get(each) ?? payloads[given.size % payloads.length] ?? '';
      given.set(each, payload);
      return payload;
    }
    if (Array.isArray(each)) return each.map(change);
    return each === null || typeof each !== 'object'
      ? each
      : Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, change(inner)]));
  };
  return change(value) as unknown[];
}
