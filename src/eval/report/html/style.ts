const LIGHT =
  '--ink: #1c1d21; --soft: #555a69; --line: #d9dbe2; --page: #ffffff; --card: #f5f6f9; --router: #0b53e0; --model: #6b7080; --control: #955200; --skyline: #7a3fb0; --good: #08703a; --bad: #b3261e; --goodfill: #bfe3cd; --badfill: #eeb1ac; --heat: 11 83 224;';
const DARK =
  '--ink: #e8e9ee; --soft: #a9adbb; --line: #3a3d47; --page: #15161a; --card: #1e2026; --router: #7aa8ff; --model: #9aa0b0; --control: #e0a050; --skyline: #c79bf0; --good: #5fd08f; --bad: #ff8a80; --goodfill: #24503a; --badfill: #6d2f2c; --heat: 122 168 255;';

const FRAME = `
* { box-sizing: border-box; }
html { scroll-behavior: auto; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main, header, footer { max-width: 1040px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 24px; }
h1 { font-size: 17px; font-weight: 600; color: var(--soft); margin: 0 0 10px; overflow-wrap: anywhere; } h2 { font-size: 20px; margin: 0 0 10px; }
section { border-top: 1px solid var(--line); margin-top: 30px; padding-top: 20px; }
p { margin: 8px 0; } .note, .none, .rule { color: var(--soft); font-size: 13.5px; max-width: 90ch; } .soft { color: var(--soft); }
a { color: var(--router); } code { font: 0.92em ui-monospace, monospace; background: var(--card); padding: 0 3px; border-radius: 3px; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; padding: 0; margin: 14px 0 0; } nav a { display: block; padding: 3px 10px; border: 1px solid var(--line); border-radius: 14px; text-decoration: none; font-size: 13.5px; } nav a:hover { background: var(--card); }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--page); padding: 6px 10px; z-index: 3; }
.verdict { font-size: 20px; font-weight: 600; line-height: 1.6; margin: 0; } .advice { font-size: 17px; margin: 6px 0 14px; overflow-wrap: anywhere; }
.word { display: inline-block; padding: 0 12px; margin-right: 8px; border: 2px solid currentColor; border-radius: 7px; font-weight: 700; white-space: nowrap; }
.BETTER { color: var(--good); } .WORSE, .INVALID { color: var(--bad); } .MODELLED, .CANNOT-TELL { color: var(--control); } .NO-WORSE { color: var(--router); }
dl { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; margin: 0 0 10px; } dl div { display: grid; grid-template-columns: 96px 1fr; gap: 4px 12px; padding: 4px 0; } dt { font: 600 12px/1.8 ui-monospace, monospace; color: var(--soft); letter-spacing: .03em; } dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; font-size: 14px; }
pre.diff { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, monospace; } .added { color: var(--good); } .removed { color: var(--bad); }
details { margin: 8px 0; } summary { cursor: pointer; color: var(--router); }
:focus-visible { outline: 3px solid var(--router); outline-offset: 2px; }
footer { margin: 40px auto 24px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
`;

const TABLES = `
.scroll { overflow-x: auto; margin: 12px 0; } .side { display: flex; flex-wrap: wrap; gap: 0 56px; align-items: flex-start; } .side > * { min-width: 0; max-width: 100%; } .side tbody th { min-width: 130px; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; } caption { text-align: left; color: var(--soft); padding-bottom: 6px; caption-side: top; }
th, td { border-bottom: 1px solid var(--line); padding: 5px 9px; text-align: right; vertical-align: top; white-space: nowrap; } thead th { white-space: normal; vertical-align: bottom; font-weight: 600; color: var(--soft); min-width: 62px; max-width: 130px; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); max-width: 250px; white-space: normal; overflow-wrap: break-word; z-index: 1; } tbody th { font-weight: 600; min-width: 110px; } table.names tbody th { min-width: 200px; } table.names th, table.names td { padding: 5px 6px; }
tbody tr:hover > * { background: var(--card); }
table.texts tbody th { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 180px; } td.text { text-align: left; white-space: normal; overflow-wrap: anywhere; } table.texts td:nth-child(n+5), table.texts th:nth-child(n+5) { text-align: left; white-space: normal; min-width: 110px; max-width: none; } table.texts td:last-child { overflow-wrap: anywhere; min-width: 220px; }
table.heat tbody th { min-width: 92px; } table.heat td { text-align: center; min-width: 42px; padding: 7px 4px; border: 1px solid var(--page); } table.heat thead th { text-align: center; min-width: 42px; padding: 5px 3px; font-size: 12px; white-space: nowrap; } table.heat thead th:first-child { text-align: left; min-width: 90px; } table.heat td.apart { background: none; border: 0; border-bottom: 1px solid var(--line); text-align: right; }
table.heat td.right { box-shadow: inset 0 0 0 2px var(--model); font-weight: 700; } .heat0 { color: var(--soft); } .heat1 { background: rgb(var(--heat) / .07); } .heat2 { background: rgb(var(--heat) / .16); } .heat3 { background: rgb(var(--heat) / .26); } .heat4 { background: rgb(var(--heat) / .36); } .heat5 { background: rgb(var(--heat) / .46); }
`;

const PLOTS = `
figure { margin: 16px 0; } figcaption { color: var(--soft); font-size: 13.5px; max-width: 100ch; margin-bottom: 6px; } figcaption strong { color: var(--ink); } svg { max-width: 100%; height: auto; display: block; } svg.narrow { display: none; } svg.key { display: inline-block; vertical-align: -2px; margin-right: 6px; }
.legend { list-style: none; padding: 0; margin: 4px 0 8px; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; }
.several { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 4px 24px; } .several figure { margin: 8px 0; display: flex; flex-direction: column; } .several figcaption { flex: 1 0 auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; } svg .small { font-size: 12px; } svg .strong { font-weight: 700; } svg text.soft { fill: var(--soft); }
svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis, svg .tick { stroke: var(--soft); stroke-width: 1; } svg .leader { stroke: var(--soft); stroke-width: .8; } svg .margin { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 4; }
svg .hull { fill: none; stroke: var(--model); stroke-width: 1.5; stroke-dasharray: 5 4; } svg .sweep { fill: none; stroke: var(--router); stroke-width: 1.5; } svg .setting { fill: var(--router); } svg .region { fill: var(--router); fill-opacity: .15; stroke: var(--router); stroke-width: 1; }
svg .interval { stroke: var(--model); stroke-width: 2; } svg line.interval.strong { stroke: var(--router); stroke-width: 3; }
svg .model { fill: var(--model); } svg .router { fill: var(--router); stroke: var(--page); stroke-width: 1.5; } svg circle.control { fill: var(--page); stroke: var(--control); stroke-width: 2; } svg .skyline { fill: var(--page); stroke: var(--skyline); stroke-width: 2; }
svg text.router-name { fill: var(--router); font-weight: 700; } svg text.control-name { fill: var(--control); } svg text.skyline-name { fill: var(--skyline); } svg text.model-name { fill: var(--ink); }
svg .bar { fill: var(--line); stroke: none; } svg .bar.strong { fill: var(--router); opacity: .85; } svg .bar.loss, svg .bar.bad { fill: var(--badfill); stroke: var(--bad); stroke-width: .7; } svg .bar.good { fill: var(--goodfill); stroke: var(--good); stroke-width: .7; } svg .bar.fixed { fill: var(--good); }
svg .bar ~ text.strong, svg text.strong { fill: var(--ink); }
`;

const ROWS = `
.filters { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: end; margin: 10px 0; } .filters label { display: flex; flex-direction: column; font-size: 13px; color: var(--soft); gap: 2px; min-width: 0; }
input, select, button { font: inherit; font-size: 13.5px; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 5px 9px; max-width: 184px; min-height: 34px; } .filters input, .filters select { color: var(--ink); } button { cursor: pointer; } button:disabled { opacity: .45; cursor: default; }
.pager { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; }
table.rows { width: 100%; } table.rows th:first-child { width: 124px; min-width: 124px; } table.rows td { white-space: normal; text-align: left; } table.rows thead th { text-align: left; min-width: 54px; } table.rows td.text { min-width: 140px; } table.rows td:is(.hit, .miss) { min-width: 86px; } table.rows td.text:nth-child(2) { width: 34%; min-width: 220px; }
.clamp { display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; } .full { max-width: 100ch; margin: 0 0 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
.opener { background: none; border: 0; padding: 0; min-height: 0; text-align: left; font-weight: 600; font-size: 13.5px; color: var(--router); overflow-wrap: anywhere; } .opener::before { content: '\\25b8  '; } .opener[aria-expanded=true]::before { content: '\\25be  '; }
.mark { display: block; font-size: 12.5px; } .hit .mark { color: var(--good); } .miss .mark { color: var(--bad); font-weight: 600; } tr.detail td { background: var(--card); }
`;

const SMALL = `
@media (max-width: 720px) {
  svg.wide { display: none; } svg.narrow { display: block; } main, header, footer { padding: 0 14px; } header { padding-top: 16px; }
  dl { padding: 6px 12px; } dl div { grid-template-columns: 1fr; gap: 0; padding: 5px 0; } .verdict { font-size: 18px; } .advice { font-size: 16px; }
  th:first-child { max-width: 132px; min-width: 0; } tbody th, table.names tbody th, table.heat tbody th, .side tbody th { min-width: 0; width: 118px; } th:first-child { overflow-wrap: break-word; word-break: normal; } figure svg.only { margin: 0 auto; } th, td { padding: 5px 7px; }
  :is(.rows, .texts), :is(.rows, .texts) :is(caption, tbody, tr, td, th) { display: block; width: auto; } :is(.rows, .texts) thead { display: none; }
  table:is(.rows, .texts) tbody th:first-child { position: static; max-width: none; width: auto; border: 0; padding-top: 10px; white-space: normal; overflow-wrap: anywhere; } :is(.rows, .texts) tr { border-bottom: 1px solid var(--line); padding-bottom: 8px; }
  table:is(.rows, .texts) tbody td { border: 0; padding: 1px 7px; width: auto; min-width: 0; text-align: left; white-space: normal; } :is(.rows td:not(:nth-child(2)), .texts td:not([data-name=text]))[data-name]:not([data-name=''])::before { content: attr(data-name) ': '; color: var(--soft); } table:is(.rows, .texts) td.text:nth-child(2) { width: auto; min-width: 0; } .mark { display: inline; margin-left: 6px; }
  .filters label, .filters input, .filters select { width: 100%; max-width: none; }
}
`;

const PRINT = `
@media print {
  :root { color-scheme: light; ${LIGHT} } body { font-size: 11pt; } main, header, footer { max-width: none; padding: 0; }
  nav, .filters, .pager, .skip, #rows { display: none; } section { break-inside: auto; } figure, tr, dl, h2 { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; } table { font-size: 8pt; } th, td, table.names th, table.names td { padding: 2px 4px; white-space: normal; } th:first-child { position: static; } table.names tbody th, tbody th { min-width: 0; } details > * { display: block; }
}
`;

/** The report's style, light, dark, small and on paper; no colour carries meaning alone. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
${FRAME}${TABLES}${PLOTS}${ROWS}${SMALL}${PRINT}`;
