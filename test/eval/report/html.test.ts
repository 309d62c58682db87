import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainCell, rowsCsv } from '../../../src/eval/report/csv.ts';
import { escapeHtml, htmlTable, jsonIsland } from '../../../src/eval/report/html/escape.ts';
import { htmlPage } from '../../../src/eval/report/html/page.ts';
import { MOST_ROWS, sampledRows } from '../../../src/eval/report/html/rows.ts';
import { costScale, linearScale, niceTicks } from '../../../src/eval/report/html/scale.ts';
import { SCRIPT } from '../../../src/eval/report/html/script.ts';
import { csvRows } from '../../../src/eval/rows-csv.ts';
import type { ServedRow } from '../../../src/eval/served.ts';
import { labelsRun, tableRun } from './pages.ts';
import { payloads } from './payloads.ts';

const row = (text: string): ServedRow => ({
  id: text,
  cluster: text,
  slices: [text],
  gold: { complexity: 'low' },
  label: { complexity: { value: 'high', confidence: 0.5 } },
  state: 'ok',
  model: text,
  quality: 0.5,
  usd: null,
  text,
});
const verdict = { word: 'BETTER' as const, text: '', rule: '', advice: '' };
const page = (rows: ServedRow[], text = '') =>
  htmlPage({
    name: text,
    verdict: { ...verdict, text, rule: text, advice: text },
    head: [text],
    sections: [{ id: 's', title: text, html: htmlTable([text], [[text, text]], text) }],
    rows,
    footer: text,
  });

describe('T24 text of unknown origin in report.html', () => {
  it('never opens an element, an attribute or a script, in any field', () => {
    // `<code>` sets what stands between backticks, and <option> names slices and models: both inert, both ours.
    const tags = (html: string) =>
      [...html.matchAll(/<\/?[a-zA-Z!][^\s>]*/g)]
        .map(([tag]) => tag)
        .filter((tag) => !/^<\/?(code|option)$/.test(tag))
        .join(' ');
    const clean = tags(page([row('plain')], 'plain'));
    for (const payload of payloads) expect(tags(page([row(payload)], payload)), payload).toBe(clean);
  });

  it('comes back whole from the JSON island', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const island = jsonIsland({ text });
        expect(island).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(island)).toEqual({ text });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('cannot move the cursor or turn the direction of writing', () => {
    expect(escapeHtml('a\u001b[31mb\u202ec\u0000d')).toBe('a [31mb c d');
  });

  it('is fenced in by a policy that names this very style and script, and nothing else', () => {
    const html = page([row('x')]);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/,
    );
    expect(html).not.toMatch(/\son\w+=|style="|javascript:/);
    expect(SCRIPT).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(/);
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
  });
});

describe('T25 rows.csv', () => {
  it('has no cell a spreadsheet would run', () => {
    for (const payload of payloads) {
      const cells = rowsCsv([row(payload)]);
      expect(cells, payload).not.toMatch(/(?:^|,|\n)"?[\s\0]*[=+@＝＋－＠]/);
    }
  });

  it('G17 gives every text back when our own reader takes it in', async () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...payloads)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(texts, async (given) => {
        // What is no text in any encoding (half a surrogate pair) is a replacement mark in every file.
        const wanted = given.map((text) => Buffer.from(text).toString());
        const file = rowsCsv(wanted.map((text, index) => ({ ...row(`r${index}`), model: text, text })));
        const source = (async function* () {
          yield Buffer.from(file);
        })();
        const found: Record<string, unknown>[] = [];
        for await (const batch of csvRows(source, { name: 'rows.csv' })) found.push(...batch.map(({ fields }) => fields));
        expect(found.map(({ text }) => plainCell(String(text)))).toEqual(wanted);
        expect(found.map(({ model }) => plainCell(String(model)))).toEqual(wanted);
        expect(found.map(({ quality, usd }) => [quality, usd])).toEqual(wanted.map(() => ['0.5', '']));
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe('rows beyond the limit', () => {
  const right = (index: number): ServedRow => ({ ...row(`r${index}`), label: { complexity: { value: 'low', confidence: 1 } } });

  it('are sampled, the wrong ones first, and the page says so', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => (index % 10 === 0 ? row(`w${index}`) : right(index)));
    const kept = sampledRows(rows);
    expect(kept).toHaveLength(MOST_ROWS);
    expect(kept.filter(({ id }) => id.startsWith('w'))).toHaveLength(1_000);
    const html = page(rows);
    expect(html).toContain('2,000 of 10,000 rows are here');
    expect(html.length).toBeLessThan(5_000_000);
  });

  it('are all there below it', () => {
    expect(sampledRows([row('a'), right(1)])).toHaveLength(2);
  });
});

describe('scales', () => {
  it('are logarithmic for costs more than twenty times apart', () => {
    expect(costScale([0.1, 1], [0, 100]).log).toBe(false);
    const wide = costScale([0.01, 10], [0, 100]);
    expect(wide.log).toBe(true);
    expect(wide.at(0.1) - wide.at(0.01)).toBeCloseTo(wide.at(10) - wide.at(1), 10);
    expect(wide.ticks).toEqual([0.01, 0.1, 1, 10]);
  });

  it('have round ticks within their range', () => {
    expect(niceTicks(0.613, 0.94, 5)).toEqual([0.7, 0.8, 0.9]);
    expect(linearScale([2, 2], [0, 10]).at(2)).toBe(0);
  });
});

describe('the first screen', () => {
  const text = (html: string) =>
    html
      .replace(/<[^>]+>/g, ' ')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&');
  /** The lines up to the first table, without the folder, which is the reader's own. */
  const headOf = (screen: string) => (screen.split('\n\n')[0] ?? '').replace(/ · runs\/\S+/, '');

  it('says the same word for word in terminal, HTML and markdown', async () => {
    for (const { screen, html, markdown } of [await labelsRun((index) => `question ${index}`, 90), await tableRun()]) {
      const plain = headOf(screen)
        .split('\n')
        .map((line) => line.replace(/^\S*\s+/, '').replaceAll('`', ''));
      const page = text(html.split('<main')[0] ?? '').replace(/\s+/g, ' ');
      for (const line of plain)
        for (const part of line.split(/ {3}| · /))
          expect(page.replace(/ ([),;])/g, '$1').replace(/\( /g, '('), part).toContain(part.replace(/\s+/g, ' '));
      for (const line of headOf(screen).split('\n')) expect(markdown).toContain(line.trimEnd());
    }
  });
});
