import { failWithProblems } from '../core/errors.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { figureNames } from './figures.ts';
import type { Gate } from './gate.ts';

/** Names shown of those there are. */
const SHOWN = 40;

/**
 * Refuses a gate that asks for figures the run will not have, before anything is labelled or spent.
 *
 * @param axes the labelled axes; null for an outcome table
 * @throws RouterError `options.invalid` naming every wrong name, and the names there are
 */
export function checkGateNames(gate: Gate | undefined, axes: readonly string[] | null, taxonomy: Taxonomy): void {
  if (gate === undefined) return;
  const compared = [...(axes === null || axes.length === 0 ? [] : ['all axes', ...axes]), 'quality'];
  const figures = figureNames(axes, taxonomy);
  const wrong = (where: string, name: string, known: readonly string[]) =>
    known.includes(name) ? [] : [{ where, message: `no figure is called \`${name}\` here: use one of ${listed(known)}` }];
  const problems = [
    ...(gate.primary === undefined ? [] : wrong('primary.metric', gate.primary.metric, compared)),
    ...Object.keys(gate.floors).flatMap((name) => wrong(`floors.${name}`, name, figures)),
  ];
  if (problems.length > 0) failWithProblems('options.invalid', 'the gate', problems, 'mend the names in the file of the gate');
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? `, … (${names.length} in all)` : ''}`;
