/** The report's style, light and dark; no colour carries meaning alone. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1d21; --soft: #5c6070; --line: #d9dbe2; --page: #ffffff; --card: #f6f7f9; --router: #0b5fff; --model: #6b7080; --control: #a15c00; --good: #0a7a3d; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e9ee; --soft: #a5a9b8; --line: #3a3d47; --page: #15161a; --card: #1e2026; --router: #7aa8ff; --model: #9aa0b0; --control: #e0a050; --good: #5fd08f; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main, header { max-width: 1100px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px; } h3 { font-size: 16px; margin: 24px 0 6px; }
a { color: var(--router); } nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--page); padding: 6px 10px; }
.word { display: inline-block; padding: 2px 10px; border: 2px solid currentColor; border-radius: 6px; font-weight: 700; }
.BETTER { color: var(--good); } .WORSE, .INVALID { color: var(--bad); } .MODELLED, .CANNOT-TELL { color: var(--control); } .NO-WORSE { color: var(--router); }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; white-space: pre-wrap; font: 13px/1.55 ui-monospace, monospace; }
.scroll { overflow-x: auto; margin: 8px 0; } .scroll:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, a:focus-visible { outline: 3px solid var(--router); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; } caption { text-align: left; color: var(--soft); padding-bottom: 4px; }
th, td { border-bottom: 1px solid var(--line); padding: 4px 10px; text-align: right; vertical-align: top; white-space: nowrap; } th:first-child, td.text { text-align: left; } td.text { max-width: 46ch; overflow-wrap: anywhere; white-space: normal; }
tbody tr:hover { background: var(--card); }
figure { margin: 12px 0; } figcaption { color: var(--soft); font-size: 13.5px; max-width: 80ch; } svg { max-width: 100%; height: auto; display: block; }
.pair { display: flex; flex-wrap: wrap; gap: 8px 24px; } .pair figure { flex: 1 1 330px; max-width: 420px; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; } svg .small { font-size: 11.5px; } svg .strong { font-weight: 700; }
svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis, svg .tick { stroke: var(--soft); stroke-width: 1; }
svg .hull { fill: none; stroke: var(--model); stroke-width: 1.5; stroke-dasharray: 5 4; } svg .sweep { fill: none; stroke: var(--router); stroke-width: 1.5; }
svg .interval { stroke: var(--soft); stroke-width: 2; } svg line.interval.strong { stroke: var(--router); stroke-width: 3; }
svg circle.model { fill: var(--model); } svg circle.router { fill: var(--router); } svg circle.control { fill: none; stroke: var(--control); stroke-width: 2; }
svg .router-name { fill: var(--router); font-weight: 700; } svg .control-name { fill: var(--control); }
svg .bar { fill: var(--model); opacity: .45; } svg .bar.strong { fill: var(--router); opacity: .8; }
td.hit { font-weight: 700; } td.miss { color: var(--bad); }
.filters { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin: 10px 0; } .filters label { display: flex; flex-direction: column; font-size: 13px; color: var(--soft); gap: 2px; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 5px 9px; } button:disabled { opacity: .45; }
footer { max-width: 1100px; margin: 40px auto 24px; padding: 0 20px; color: var(--soft); font-size: 13px; }
@media print { .filters, nav { display: none; } }
`;
