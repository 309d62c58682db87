/**
 * The row browser: filters, pages, keyboard. Data comes from the JSON island and reaches the page as text nodes only; nothing is ever
 * parsed as HTML.
 */
export const SCRIPT = `
'use strict';
(() => {
  const island = document.getElementById('rows-data');
  const body = document.getElementById('rows-body');
  if (island === null || body === null) return;
  const { rows, axes } = JSON.parse(island.textContent);
  const size = 50;
  const state = { page: 0, found: rows };
  const byId = (id) => document.getElementById(id);
  const wrongAxes = (row) => axes.filter((axis) => row.gold[axis] !== undefined && (row.label[axis] === undefined || row.label[axis].value !== row.gold[axis]));
  const cell = (text, kind) => {
    const td = document.createElement('td');
    td.textContent = text;
    if (kind) td.className = kind;
    return td;
  };
  const lineOf = (row) => {
    const tr = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = row.id;
    tr.append(name, cell(row.text, 'text'));
    for (const axis of axes) {
      const said = row.label[axis];
      const gold = row.gold[axis];
      const right = said !== undefined && said.value === gold;
      const mark = gold === undefined ? '' : right ? ' \\u2713' : ' \\u2717 gold ' + gold;
      tr.append(cell((said === undefined ? row.state : said.value + ' ' + said.confidence.toFixed(2)) + mark, gold === undefined ? '' : right ? 'hit' : 'miss'));
    }
    tr.append(cell(row.model === null ? '\\u2013' : row.model, 'text'), cell(row.quality === null ? '\\u2013' : row.quality.toFixed(2)), cell(row.usd === null ? 'unknown' : '$' + row.usd.toPrecision(2)));
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
  const filter = () => {
    const text = byId('rows-text').value.toLowerCase();
    const only = byId('rows-only').value;
    const slice = byId('rows-slice').value;
    const model = byId('rows-model').value;
    state.found = rows.filter((row) => {
      const wrong = wrongAxes(row);
      if (only === 'wrong' && wrong.length === 0) return false;
      if (only === 'right' && wrong.length > 0) return false;
      if (only === 'failed' && row.state === 'ok') return false;
      if (only.startsWith('axis:') && !wrong.includes(only.slice(5))) return false;
      if (slice !== '' && !row.slices.includes(slice)) return false;
      if (model !== '' && row.model !== model) return false;
      return text === '' || row.id.toLowerCase().includes(text) || row.text.toLowerCase().includes(text);
    });
    state.page = 0;
    show();
  };
  for (const id of ['rows-text', 'rows-only', 'rows-slice', 'rows-model']) byId(id).addEventListener('input', filter);
  const turn = (step) => () => { state.page += step; show(); };
  byId('rows-back').addEventListener('click', turn(-1));
  byId('rows-next').addEventListener('click', turn(1));
  filter();
})();
`;
