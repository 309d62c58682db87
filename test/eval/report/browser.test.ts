import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runEval } from '../../../src/eval/run.ts';
import { runTable } from '../../../src/eval/table/run.ts';
import { classifierOf, csvOf, memoryFiles, partsOf, turns } from '../helpers.ts';
import { specialists, tableFiles } from '../table/helpers.ts';
import { payloads } from './payloads.ts';

/** Debian's Chromium, which `.ci/run` installs; elsewhere these are passed over. */
const CHROMIUM = '/usr/bin/chromium';
const words = classifierOf('words', (text) => ({ complexity: text.length % 2 === 0 ? 'high' : 'low', domain: 'code', risk: 'low' }), 0.7);

async function labelsReport(text: (index: number) => string, rows: number): Promise<string> {
  const files = memoryFiles({
    'd/dev.csv': csvOf(rows, turns, (index) => ({ text: text(index), slices: index % 2 === 0 ? 'even' : 'odd' })),
  });
  const outcome = await runEval(
    { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', replicates: 100 },
    partsOf({ files, classifiers: [words] }),
  );
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return files.read(`${outcome.folder}/report.html`).toString();
}

async function tableReport(): Promise<string> {
  const files = tableFiles(specialists(200));
  const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 100 }, partsOf({ files, classifiers: [words] }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return files.read(`${outcome.folder}/report.html`).toString();
}

describe.skipIf(!existsSync(CHROMIUM))('report.html in a browser', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-html-'));
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM });
  });
  afterAll(async () => browser.close());

  async function open(html: string, colorScheme: 'light' | 'dark' = 'light'): Promise<{ page: Page; troubles: string[] }> {
    const file = join(folder, `report-${Math.trunc(performance.now() * 1_000)}.html`);
    writeFileSync(file, html);
    const page = await browser.newPage({ colorScheme });
    const troubles: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())));
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('request', (request) => void (request.url().startsWith('file:') || troubles.push(`asked for ${request.url()}`)));
    await page.goto(pathToFileURL(file).href);
    return { page, troubles };
  }

  it('opens offline without a complaint, light and dark, with every part it links to', async () => {
    for (const html of [await labelsReport((index) => `question ${index}`, 120), await tableReport()]) {
      for (const scheme of ['light', 'dark'] as const) {
        const { page, troubles } = await open(html, scheme);
        for (const link of await page.locator('nav a').evaluateAll((links) => links.map((each) => each.getAttribute('href') ?? '')))
          expect(await page.locator(link).count(), link).toBe(1);
        expect(await page.locator('svg').count()).toBeGreaterThan(2);
        expect(troubles).toEqual([]);
        await page.close();
      }
    }
  });

  it('T24 runs nothing and builds nothing out of two hundred hostile texts', async () => {
    expect(payloads.length).toBeGreaterThanOrEqual(200);
    const { page, troubles } = await open(
      await labelsReport((index) => (payloads[index] ?? '').replace(/\0/g, ' ') || 'x', payloads.length),
    );
    await page.locator('#rows-only').selectOption('');
    for (let turned = 0; turned < payloads.length / 50; turned++)
      await page
        .locator('#rows-next')
        .click({ timeout: 200 })
        .catch(() => {});
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    const foreign = await page
      .locator('img, iframe, form, base, link, object, embed, template, main script:not([type="application/json"])')
      .count();
    expect(foreign).toBe(0);
    expect(
      await page.locator('a').evaluateAll((links) => links.filter((each) => !(each.getAttribute('href') ?? '').startsWith('#')).length),
    ).toBe(0);
    expect(troubles).toEqual([]);
  });

  it('filters rows by keyboard alone and says how many it found', async () => {
    const { page } = await open(await labelsReport((index) => `question ${index}${index === 77 ? ' zebra' : ''}`, 120));
    await page.locator('#rows-only').selectOption('');
    await page.locator('#rows-text').focus();
    await page.keyboard.type('zebra');
    expect(await page.locator('#rows-count').textContent()).toBe('1 of 120 rows, page 1 of 1');
    expect(await page.locator('#rows-body tr').count()).toBe(1);
    await page.locator('#rows-text').fill('');
    await page.locator('#rows-slice').selectOption('slice:odd');
    expect(await page.locator('#rows-count').textContent()).toBe('60 of 120 rows, page 1 of 2');
    await page.locator('#rows-next').press('Enter');
    expect(await page.locator('#rows-body tr').count()).toBe(10);
    expect(await page.locator('#rows-next').isDisabled()).toBe(true);
  });

  it('can be read without seeing it: labels, captions, described figures, one heading order', async () => {
    const { page } = await open(await tableReport());
    expect(
      await page.locator('input, select').evaluateAll((fields) => fields.filter((each) => each.closest('label') === null).length),
    ).toBe(0);
    expect(await page.locator('table:not(:has(caption)):not(:has(#rows-body))').count()).toBe(0);
    expect(await page.locator('svg:not([aria-labelledby])').count()).toBe(0);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await page.locator('#rows-count').getAttribute('role')).toBe('status');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });
});
