import { createHash } from 'node:crypto';
import type { Verdict } from '../../result.ts';
import type { ServedRow } from '../../served.ts';
import { escapeHtml, prose } from './escape.ts';
import { rowBrowser } from './rows.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** One part of a report; `html` is finished and safe. */
export type Section = { id: string; title: string; html: string };

export type Page = {
  name: string;
  verdict: Verdict;
  /** The lines of the first screen, as on the terminal: a word in capitals, then what it says. */
  head: readonly string[];
  sections: readonly Section[];
  rows: readonly ServedRow[];
  footer: string;
};

/** The report as one file: nothing is fetched, and no text of a dataset can become markup or run. */
export function htmlPage({ name, verdict, head, sections, rows, footer }: Page): string {
  const all = [...sections, ...(rows.length === 0 ? [] : [{ id: 'rows', title: 'Rows', html: rowBrowser(rows) }])];
  const links = all.map(({ id, title }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a></li>`).join('');
  const parts = all.map(
    ({ id, title, html }) =>
      `<section id="${escapeHtml(id)}" aria-labelledby="${escapeHtml(id)}-h"><h2 id="${escapeHtml(id)}-h">${escapeHtml(title)}</h2>${html}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${verdict.word}: ${name}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>${escapeHtml(name)}</h1>
${firstScreen(head, verdict)}
<p class="rule">${prose(`Rule: ${verdict.rule}.`)}</p>
<nav aria-label="Parts of the report"><ul>${links}</ul></nav>
</header>
<main id="main">
${parts.join('\n')}
</main>
<footer>${escapeHtml(footer)}</footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** The verdict large, the other lines as a list of word and meaning; word for word what the terminal shows. */
function firstScreen(head: readonly string[], { word }: Verdict): string {
  const [first, ...rest] = entriesOf(head);
  const [said = '', ...advice] = first?.lines ?? [];
  const text = said.startsWith(word) ? said.slice(word.length).trim() : said;
  const verdict = `<p class="verdict"><span class="word ${word.replace(' ', '-')}">${escapeHtml(word)}</span> <span>${prose(text)}</span></p>`;
  const list = rest.map(({ key, lines }) => `<div><dt>${escapeHtml(key)}</dt><dd>${lines.map(prose).join('<br>')}</dd></div>`);
  return `${verdict}${advice.map((each) => `<p class="advice">${prose(each)}</p>`).join('')}<dl>${list.join('')}</dl>`;
}

/** Lines that begin with blanks go on with the one before. */
function entriesOf(head: readonly string[]): { key: string; lines: string[] }[] {
  const entries: { key: string; lines: string[] }[] = [];
  for (const line of head) {
    const [, key = '', text = ''] = /^(\S*)\s*(.*)$/su.exec(line) ?? [];
    const last = entries.at(-1);
    if (key === '' && last !== undefined) last.lines.push(text);
    else entries.push({ key, lines: [text] });
  }
  return entries;
}

/** Only this very style and script may act; everything else is forbidden, so even a hole in the escaping stays mute. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}
