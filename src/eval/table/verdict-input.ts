import type { Contender } from '../field.ts';
import { isGap } from '../metrics/gap.ts';
import type { Verdict } from '../result.ts';
import type { TableContender } from './contenders.ts';
import { rowsIn } from './folds.ts';
import type { Setting } from './operate.ts';
import type { ContenderFigures } from './result.ts';
import type { OutcomeTable } from './table.ts';
import { tableVerdict } from './verdict.ts';

/** What a verdict is read off: `figures` are the router's first, then the controls' in their order. */
export type Judged = {
  table: OutcomeTable;
  setting: Setting;
  router: Contender;
  constant: Contender;
  controls: ReadonlyMap<string, TableContender>;
  figures: readonly ContenderFigures[];
};

export function verdictOn({ table, setting, router, constant, controls, figures }: Judged): Verdict {
  const [own] = figures as [ContenderFigures];
  return tableVerdict({
    lift: own.liftOverFreeMix,
    bestConstant: constantName(constant),
    rows: table.ids.length,
    modelledCost: table.evidence.usd === 'MODELLED',
    onlyModel: onlyModel(router, setting),
    simpler: simplerControls(controls, figures),
  });
}

/** The constant's model; where folds disagreed, the one most of them chose. */
function constantName({ mix }: Contender): string {
  return [...mix].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'one fixed model';
}

/** Controls that need no labels. */
const LABEL_FREE = ['length', 'neighbours', 'clusters', 'keywords'];

function simplerControls(
  controls: ReadonlyMap<string, TableContender>,
  figures: readonly ContenderFigures[],
): { name: string; lift: number }[] {
  return [...controls.keys()].flatMap((name, index) => {
    const lift = figures[index + 1]?.liftOverFreeMix;
    return LABEL_FREE.includes(name) && lift !== undefined && !isGap(lift) ? [{ name, lift: lift.mean }] : [];
  });
}

/** Share of a fold's rows on one model from which a router is none. */
const COLLAPSED = 0.99;

/** The model a router sends (nearly) every row of every fold to, if it does; folds may differ, then the commonest. */
function onlyModel({ choices, mix }: Contender, { folds }: Setting): string | null {
  const largest = Array.from({ length: folds.count }, (_, fold) => {
    const counts = new Map<number, number>();
    const rows = rowsIn(folds, [fold]);
    for (const row of rows) counts.set(choices?.[row] ?? -1, (counts.get(choices?.[row] ?? -1) ?? 0) + 1);
    return rows.length === 0 ? 1 : Math.max(...counts.values()) / rows.length;
  });
  return largest.every((share) => share >= COLLAPSED) ? ([...mix].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null) : null;
}
