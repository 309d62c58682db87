import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { runEval } from '../../../src/eval/run.ts';
import type { ServedRow } from '../../../src/eval/served.ts';
import { decodeServed } from '../../../src/eval/served.ts';
import { runTable } from '../../../src/eval/table/run.ts';
import { classifierOf, csvOf, memoryFiles, partsOf, turns } from '../helpers.ts';
import { specialists, tableFiles } from '../table/helpers.ts';

/** Debian's Chromium, which `.ci/run` installs. */
const CHROMIUM = '/usr/bin/chromium';
export const browserThere = existsSync(CHROMIUM);
/** Part of a suite's name, so that a skipped one says why. */
export const browserNote = browserThere ? '' : ` (skipped: there is no ${CHROMIUM}; \`apt-get install chromium\`)`;

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM });

const folder = mkdtempSync(join(tmpdir(), 'pointsman-html-'));
let opened = 0;

export type Opened = { page: Page; troubles: string[] };
export type OpenOptions = { colorScheme?: 'light' | 'dark'; width?: number };

/** Opens a report from a file, without a network; what it complains of or asks for is listed. */
export async function openReport(
  browser: Browser,
  html: string,
  { colorScheme = 'light', width = 1280 }: OpenOptions = {},
): Promise<Opened> {
  const file = join(folder, `report-${opened++}.html`);
  writeFileSync(file, html);
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, offline: true });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && troubles.push(message.text())));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => void (request.url().startsWith('file:') || troubles.push(`asked for ${request.url()}`)));
  await page.goto(pathToFileURL(file).href);
  return { page, troubles };
}

const words = classifierOf('words', (text) => ({ complexity: text.length % 2 === 0 ? 'high' : 'low', domain: 'code', risk: 'low' }), 0.7);
const halves = classifierOf('words', (text) => ({ complexity: text.length % 3 === 0 ? 'high' : 'low', domain: 'math', risk: 'low' }), 0.6);

/** A finished run: its report and all that a report is drawn from. */
export type Finished = { html: string; screen: string; markdown: string; file: (name: string) => unknown; served: ServedRow[] };

type Files = ReturnType<typeof memoryFiles>;

function finished(files: Files, outcome: { folder: string; screen: string }): Finished {
  const text = (name: string) => files.read(`${outcome.folder}/${name}`).toString();
  return {
    html: text('report.html'),
    markdown: text('report.md'),
    screen: outcome.screen,
    file: (name) => JSON.parse(text(name)),
    served: decodeServed(text('served.jsonl')),
  };
}

/** A run on labelled requests, compared with an earlier one of another classifier. */
export async function labelsRun(text: (index: number) => string, rows: number, csv = labelsCsv(text, rows)): Promise<Finished> {
  const files = memoryFiles({ 'd/dev.csv': csv });
  const options = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', replicates: 100 };
  await runEval(options, partsOf({ files, classifiers: [halves] }));
  const outcome = await runEval({ ...options, compare: 'last' }, partsOf({ files, classifiers: [{ ...words, version: '2' }] }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return finished(files, outcome);
}

const labelsCsv = (text: (index: number) => string, rows: number): string =>
  csvOf(rows, turns, (index) => ({ text: text(index), slices: index % 2 === 0 ? 'even' : 'odd' }));

/** A run on outcomes. */
export async function tableRun(): Promise<Finished> {
  const files = tableFiles(specialists(200));
  const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 100 }, partsOf({ files, classifiers: [words] }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return finished(files as Files, outcome);
}
