import { createHash } from 'node:crypto';
import type { Verdict } from '../../result.ts';
import type { ServedRow } from '../../served.ts';
import { escapeHtml } from './escape.ts';
import { rowBrowser } from './rows.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** One part of a report; `html` is finished and safe. */
export type Section = { id: string; title: string; html: string };

export type Page = {
  name: string;
  verdict: Verdict;
  head: readonly string[];
  sections: readonly Section[];
  rows: readonly ServedRow[];
  footer: string;
};

/** The report as one file: nothing is fetched, and no text of a dataset can become markup or run. */
export function htmlPage({ name, verdict, head, sections, rows, footer }: Page): string {
  const all = [...sections, ...(rows.length === 0 ? [] : [{ id: 'rows', title: 'Rows', html: rowBrowser(rows) }])];
  const links = all.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`).join('');
  const parts = all.map(
    ({ id, title, html }) => `<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${escapeHtml(title)}</h2>${html}</section>`,
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
<p><span class="word ${verdict.word.replace(' ', '-')}">${verdict.word}</span> ${escapeHtml(verdict.text)}</p>
<p>${escapeHtml(verdict.advice)}</p>
<pre>${head.map(escapeHtml).join('\n')}</pre>
<p>${escapeHtml(`Rule: ${verdict.rule}.`)}</p>
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

/** Only this very style and script may act; everything else is forbidden, so even a hole in the escaping stays mute. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}
