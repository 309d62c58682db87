import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { seededRandom } from '../../src/core/random.ts';

/** `report.html` of a run on many rows: how large it is, and how long until a browser shows its first row. */
export type ReportTiming = {
  rows: number;
  megabytes: number;
  /** Median and worst of seven openings, from the address to the first row shown; null without a browser. */
  openMs: number | null;
  slowestOpenMs: number | null;
};

const COMMAND = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const OPENINGS = 7;

/** Evaluates `rows` labelled texts of 300 characters with the built command, and opens the report it leaves. */
export async function reportTiming(rows: number): Promise<ReportTiming> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-report-'));
  try {
    writeFileSync(join(folder, 'rows.csv'), csv(rows));
    const argv = [COMMAND, 'eval', '--data', 'rows.csv', '--classifier', 'embedded,keywords', '--runs', 'runs'];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const file = join(folder, 'runs', readdirSync(join(folder, 'runs'))[0] ?? '', 'report.html');
    const times = existsSync(CHROMIUM) ? await openings(file) : [];
    const megabytes = statSync(file).size / 1_000_000;
    return { rows, megabytes, openMs: times[Math.floor(times.length / 2)] ?? null, slowestOpenMs: times.at(-1) ?? null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openings(file: string): Promise<number[]> {
  const browser = await chromium.launch({ executablePath: CHROMIUM });
  try {
    const times: number[] = [];
    for (let turn = 0; turn < OPENINGS; turn++) {
      const page = await browser.newPage();
      const from = performance.now();
      await page.goto(pathToFileURL(file).href);
      await page.locator('#rows-body tr').first().waitFor();
      times.push(performance.now() - from);
      await page.close();
    }
    return times.sort((a, b) => a - b);
  } finally {
    await browser.close();
  }
}

function csv(rows: number): string {
  const random = seededRandom(1);
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? '';
  const levels = ['low', 'medium', 'high'];
  const words = ['explain', 'the', 'contract', 'of', 'a', 'river', 'in', 'code', 'プログラム', 'façade', '<b>', '&', 'dose', '42'];
  const text = () => Array.from({ length: 56 }, () => pick(words)).join(' ');
  const lines = Array.from({ length: rows }, (_, row) =>
    [
      `row-${row}`,
      text(),
      pick(levels),
      pick(['code', 'law', 'math']),
      pick(levels),
      pick(['en', 'th', 'de']),
      pick(['short', 'long']),
    ].join(','),
  );
  return `id,text,complexity,domain,risk,language,slices\n${lines.join('\n')}\n`;
}
