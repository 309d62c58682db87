/** Text made harmless as HTML, inside elements and quoted attributes alike; control and bidirectional marks are shown as spaces. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** A value as JSON that cannot close its script element or break a line of one. */
export function jsonIsland(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An element with escaped attributes; `inner` is HTML already. @example element('b', { class: 'x' }, 'hi') // => '<b class="x">hi</b>' */
export function element(tag: string, attributes: Readonly<Record<string, string | number>>, inner = ''): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeHtml(String(value))}"`);
  return `<${tag}${written.join('')}>${inner}</${tag}>`;
}

/** Escaped text in which what stands between backticks is set as code. */
export function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]{1,80})`/g, '<code>$1</code>');
}

/** What a reader opens when asking for it; `inner` is HTML already. */
export function folded(summary: string, inner: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>${inner}</details>`;
}

/**
 * An HTML table: the first column is a row header. Cells are escaped.
 *
 * @param kind `figures`; `names` when the first column holds long names; `texts` when the last is a text, shown as cards on small screens
 */
export function htmlTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  caption: string,
  kind: 'figures' | 'names' | 'texts' = 'figures',
): string {
  const head = header.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('');
  const named = (column: number) => (kind === 'texts' ? ` data-name="${escapeHtml(header[column + 1] ?? '')}"` : '');
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${escapeHtml(first)}</th>${rest.map((cell, column) => `<td${named(column)}>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table class="${kind}"><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
