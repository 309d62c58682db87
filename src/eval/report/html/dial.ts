import type { Estimated } from '../../compete.ts';
import { isGap } from '../../metrics/gap.ts';
import type { CurveFigures, TableMetrics } from '../../table/result.ts';
import { differenceText, pointsTick, shareText, usdText } from '../format.ts';
import { htmlTable } from './escape.ts';
import { legend } from './legend.ts';
import { costScale, linearScale, padded } from './scale.ts';
import { across, axes, type Drawing, dot, type Frame, figure, label, line, mark, NARROW, path, upwards, WIDE } from './svg.ts';

type Setting = { usd: number; over: Estimated; own: boolean };

/** Quality the best constant may be missed by and still count as kept. */
const MARGIN = 0.01;

/** The router at every trade of quality against money, held against the best constant. */
export function dialPlot({ router: { deferral }, controls, policy }: TableMetrics): string {
  const settings = settingsOf(deferral);
  if (new Set(settings.map(({ usd }) => usd)).size < 3) return '';
  const constant = controls.bestConstant?.usdPer1k ?? null;
  const how = policy?.fittedOn == null ? 'each row decided by a fit on the other folds' : 'of the fitted policy';
  const description =
    `What turning the weight of a dollar would do (${how}): quality above the best constant’s, paired, with the 95 % band, against cost. Above the dotted line the best constant’s quality is kept to one point; the cheapest such setting gives the saving. Turn it with \`pointsman fit --cost-weight\`, \`--within\` or \`--max-usd-per-1k\`.`.replaceAll(
      '`',
      '',
    );
  const keys = legend([
    ['router', 'as judged here'],
    ['sweep', 'other settings'],
    ['control', 'best constant'],
  ]);
  const head = { id: 'dial', title: 'The dial.', description, legend: keys };
  return figure(head, draw(settings, constant, WIDE), draw(settings, constant, NARROW));
}

function settingsOf(deferral: CurveFigures['deferral']): Setting[] {
  return deferral.flatMap(({ usdPer1k, overBestConstant, usdWeight }) =>
    usdPer1k === null || overBestConstant === undefined || isGap(overBestConstant)
      ? []
      : [{ usd: usdPer1k, over: overBestConstant, own: usdWeight === null }],
  );
}

function draw(settings: readonly Setting[], constant: number | null, wide: Frame): Drawing {
  const frame = { ...wide, height: wide.height - 60 };
  const x = costScale([...settings.map(({ usd }) => usd), ...(constant === null ? [] : [constant])], across(frame));
  const ends = settings.flatMap(({ over: { ci95 } }) => [...ci95]);
  const y = linearScale(padded([Math.min(-2 * MARGIN, ...ends), Math.max(MARGIN, ...ends)]), upwards(frame), 6);
  const [left, right] = across(frame);
  const swept = settings.filter(({ own }) => !own);
  const words = { x: 'dollars per 1,000 requests', y: 'quality over best constant, points' };
  const format = { x: (value: number) => usdText(value), y: pointsTick };
  const band = [
    ...swept.map(({ usd, over }) => [x.at(usd), y.at(over.ci95[1])] as const),
    ...swept.toReversed().map(({ usd, over }) => [x.at(usd), y.at(over.ci95[0])] as const),
  ];
  return {
    frame,
    marks: [
      ...axes(frame, x, y, words, format),
      path(band, 'region', true),
      line(left, y.at(0), right, y.at(0), 'axis'),
      line(left, y.at(-MARGIN), right, y.at(-MARGIN), 'margin'),
      label(right, y.at(-MARGIN) + 13, 'kept to one point', 'small soft', 'end'),
      path(
        swept.map(({ usd, over }) => [x.at(usd), y.at(over.mean)]),
        'sweep',
      ),
      ...swept.map(({ usd, over }) => dot(x.at(usd), y.at(over.mean), 3, 'setting', `${usdText(usd)}: ${differenceText(over)} pts`)),
      ...(constant === null ? [] : [dot(x.at(constant), y.at(0), 5, 'control', `best constant: ${usdText(constant)}`)]),
      ...settings
        .filter(({ own }) => own)
        .map(({ usd, over }) =>
          mark(x.at(usd), y.at(over.mean), 8, 'diamond', 'router', `as judged: ${usdText(usd)}, ${differenceText(over)} pts`),
        ),
    ],
  };
}

/** The settings themselves, for those who turn the dial. */
export function dialTable({ router: { deferral } }: TableMetrics): string {
  const rows = deferral.map(({ usdPer1k, quality, usdWeight, overBestConstant }) => [
    usdWeight === null || usdWeight === undefined ? 'as judged here' : usdWeight.toPrecision(3),
    usdText(usdPer1k),
    shareText(quality),
    overBestConstant === undefined ? '–' : differenceText(overBestConstant),
  ]);
  return htmlTable(
    ['a dollar is worth (quality)', 'cost per 1,000', 'quality', 'over best constant, points'],
    rows,
    'Every setting, cheapest first',
  );
}
