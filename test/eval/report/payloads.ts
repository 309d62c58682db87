/** Texts that would run, break out or mislead if a report took them for anything but text. */
const SCRIPTS = ['alert(1)', 'window.pwned=1', 'fetch(`//x.example`)'];
const OPENINGS = ['', '"', "'", '">', "'>", '</script>', '</title>', '</textarea>', '-->', ']]>', '\\"', '\u2028', '</style>', '&quot;>'];
const BODIES = SCRIPTS.flatMap((code) => [
  `<script>${code}</script>`,
  `<img src=x onerror=${code}>`,
  `<svg onload=${code}>`,
  `<iframe src="javascript:${code}">`,
  `<a href="javascript:${code}">x</a>`,
]);
const OTHERS = [
  '<base href="//x.example">',
  '<meta http-equiv="refresh" content="0;url=//x.example">',
  '<link rel=stylesheet href=//x.example>',
  '<style>*{display:none}</style>',
  '<form action=//x.example><input name=q></form>',
  '<template shadowrootmode=open><slot></slot></template>',
  'data:text/html,<script>alert(1)</script>',
  '[click](javascript:alert(1))',
  '![x](https://x.example/leak.png)',
  '=cmd|\u0027/c calc\u0027!A1',
  '+1+1',
  '-2+3',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '\0=1',
  '\u00a0=1',
  '＝1',
  "'=1",
  "''@x",
  '{{constructor.constructor("alert(1)")()}}',
  `$${'{alert(1)}'}`,
  '__proto__',
  '\u202eevil',
  '\u001b[2J',
  '\ud800',
];

export const payloads: readonly string[] = [...OPENINGS.flatMap((opening) => BODIES.map((body) => opening + body)), ...OTHERS];
