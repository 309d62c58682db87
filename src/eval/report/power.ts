import { isGap } from '../metrics/gap.ts';
import { LEAST_VISIBLE_ROWS } from '../metrics/visible.ts';
import type { PowerPlan } from '../power-run.ts';
import { percentText, table } from './format.ts';

/** What `power` prints: on what it rests, what these rows can show, and the rows each difference needs. */
export function powerScreen(plan: PowerPlan, name: string): string {
  const { figure, rows, visible } = plan;
  const answered = `${rows.toLocaleString('en')} rows answered${plan.spread.kind === 'measured' && plan.spread.between === 'runs' ? ' in both runs' : ''}`;
  const head = [`POWER    ${name} · ${figure} · ${answered}`, `SPREAD   ${spreadText(plan)}`, `VISIBLE  ${visibleText(plan)}`];
  const known = !isGap(visible) || plan.spread.kind === 'assumed';
  return `${[...head, ...(known ? ['', neededTable(plan)] : [])].join('\n')}\n`;
}

function neededTable({ rows, needed }: PowerPlan): string {
  const lines = needed.map(({ difference, rows: wanted }) => [
    `${number(difference * 100)} pts`,
    isGap(wanted) ? 'more than so few differing rows can bring' : wanted.toLocaleString('en'),
    isGap(wanted) ? '–' : wanted <= rows ? 'yes' : 'no',
  ]);
  return table(['to see', 'rows needed', 'these suffice'], lines);
}

const number = (value: number): string => String(Number(value.toFixed(2)));

function spreadText({ spread }: PowerPlan): string {
  if (spread.kind === 'assumed')
    return `assumed: one row in ${number(1 / spread.differing)} differs between two settings; name a second run (\`pointsman power OLDER NEWER\`) to measure it`;
  const { between, differing, deviation } = spread;
  const whom = between === 'runs' ? 'the two runs' : 'the router and the best constant';
  return `measured: ${whom} differ on ${percentText(differing)} of the rows; standard deviation of a row’s difference ${deviation.toFixed(3)}, clusters counted`;
}

function visibleText({ visible, power, rows }: PowerPlan): string {
  if (!isGap(visible))
    return `these rows show ${number(visible * 100)} points with a chance of ${percentText(power)} (two-sided test at 5 %)`;
  if (visible.undefined === 'no-difference')
    return 'not known: the two never differ here, so nothing is known of how far they might; name two runs that do';
  return `${rows === 0 ? 'nothing: no row was answered' : 'nothing: so few rows cannot tell'}; ${LEAST_VISIBLE_ROWS} are the least that can`;
}
