/**
 * The row browser: filters, order, pages, rows that open, keyboard. Data comes from the JSON island and reaches the page as text nodes only;
 * nothing is ever parsed as HTML.
 */
export const SCRIPT = `
'use strict';
(() => {
  const island = document.getElementById('rows-data');
  const body = document.getElementById('rows-body');
  if (island === null || body === null) return;
  const { rows, axes } = JSON.parse(island.textContent);
  const size = 25;
  const columns = 5 + axes.length;
  const state = { page: 0, found: rows };
  const byId = (id) => document.getElementById(id);
  const own = (object, key) => Object.hasOwn(object, key) ? object[key] : undefined;
  const wrongAxes = (row) => axes.filter((axis) => own(row.gold, axis) !== undefined && (own(row.label, axis) === undefined || own(row.label, axis).value !== own(row.gold, axis)));
  const lost = (row) => row.reference == null || row.quality === null || row.reference.quality === null ? 0 : row.reference.quality - row.quality;
  const money = (usd) => usd === null || usd === undefined ? 'unknown' : '$' + (usd === 0 ? '0' : usd.toPrecision(2));
  const make = (tag, kind, text) => {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const cell = (name, kind, ...inner) => {
    const td = make('td', kind);
    td.setAttribute('role', 'cell');
    td.dataset.name = name;
    td.append(...inner);
    return td;
  };
  const axisCell = (row, axis) => {
    const said = own(row.label, axis);
    const gold = own(row.gold, axis);
    const parts = [make('span', '', said === undefined ? row.state.replace('_', ' ') : said.value), ' ', make('span', 'soft', said === undefined ? '' : said.confidence.toFixed(2))];
    if (gold === undefined) return cell(axis, '', ...parts);
    const right = said !== undefined && said.value === gold;
    return cell(axis, right ? 'hit' : 'miss', ...parts, make('span', 'mark', right ? '\\u2713' : '\\u2717 gold: ' + gold));
  };
  const detailOf = (row, id) => {
    const tr = make('tr', 'detail');
    tr.id = id;
    tr.setAttribute('role', 'row');
    const against = row.reference == null ? '' : 'held against ' + (row.reference.model || 'nobody') + ': quality ' + (row.reference.quality === null ? 'unknown' : row.reference.quality.toFixed(2)) + ', ' + money(row.reference.usd);
    const facts = ['state ' + row.state.replace('_', ' '), row.slices.length === 0 ? '' : 'slices ' + row.slices.join(', '), 'cluster ' + row.cluster, against];
    const inner = cell('', 'open', make('p', 'full', row.text), make('p', 'soft', facts.filter((fact) => fact !== '').join(' \\u00b7 ')));
    inner.colSpan = columns;
    tr.append(inner);
    return tr;
  };
  const toggle = (button, tr, row) => {
    const open = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!open));
    if (open) tr.nextElementSibling.remove();
    else tr.after(detailOf(row, button.getAttribute('aria-controls')));
  };
  const lineOf = (row, index) => {
    const tr = make('tr');
    tr.setAttribute('role', 'row');
    const name = make('th');
    name.scope = 'row';
    name.setAttribute('role', 'rowheader');
    const button = make('button', 'opener', row.id);
    button.type = 'button';
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-controls', 'row-' + index);
    button.addEventListener('click', () => toggle(button, tr, row));
    name.append(button);
    tr.append(name, cell('text', 'text', make('div', 'clamp', row.text)), ...axes.map((axis) => axisCell(row, axis)));
    tr.append(cell('sent to', 'text', row.model === null ? '\\u2013' : row.model), cell('quality', '', row.quality === null ? '\\u2013' : row.quality.toFixed(2)), cell('cost', '', money(row.usd)));
    return tr;
  };
  const show = () => {
    const pages = Math.max(1, Math.ceil(state.found.length / size));
    state.page = Math.min(Math.max(0, state.page), pages - 1);
    body.replaceChildren(...state.found.slice(state.page * size, (state.page + 1) * size).map(lineOf));
    byId('rows-count').textContent = state.found.length + ' of ' + rows.length + ' rows, page ' + (state.page + 1) + ' of ' + pages;
    byId('rows-back').disabled = state.page === 0;
    byId('rows-next').disabled = state.page === pages - 1;
  };
  const ordered = (found, order) => {
    const sure = (row) => { const said = own(row.label, order.slice(5)); return said === undefined ? -1 : said.confidence; };
    const worth = order === 'loss' ? lost : order === 'cost' ? (row) => row.usd === null ? -1 : row.usd : order === '' ? null : sure;
    return worth === null ? found : found.map((row) => [worth(row), row]).sort((a, b) => b[0] - a[0]).map(([, row]) => row);
  };
  const filter = () => {
    const text = byId('rows-text').value.toLowerCase();
    const only = byId('rows-only').value;
    const slice = byId('rows-slice').value;
    const model = byId('rows-model').value;
    const found = rows.filter((row) => {
      const wrong = wrongAxes(row);
      if (only === 'wrong' && wrong.length === 0) return false;
      if (only === 'right' && wrong.length > 0) return false;
      if (only === 'failed' && row.state === 'ok') return false;
      if (only === 'worse' && lost(row) <= 0) return false;
      if (only.startsWith('axis:') && !wrong.includes(only.slice(5))) return false;
      if (slice !== '' && !row.slices.includes(slice)) return false;
      if (model !== '' && row.model !== model) return false;
      return text === '' || row.id.toLowerCase().includes(text) || row.text.toLowerCase().includes(text);
    });
    state.found = ordered(found, byId('rows-order').value);
    state.page = 0;
    show();
  };
  for (const id of ['rows-text', 'rows-only', 'rows-slice', 'rows-model', 'rows-order']) byId(id).addEventListener('input', filter);
  document.querySelector('.filters').addEventListener('submit', (event) => event.preventDefault());
  const turn = (step) => () => { state.page += step; show(); };
  byId('rows-back').addEventListener('click', turn(-1));
  byId('rows-next').addEventListener('click', turn(1));
  body.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const openers = [...body.querySelectorAll('.opener')];
    const at = openers.indexOf(event.target);
    if (step === 0 || at < 0) return;
    event.preventDefault();
    (openers[at + step] || event.target).focus();
  });
  filter();
})();
`;
