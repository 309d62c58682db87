import { LEVELS } from '../core/default-taxonomy.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { Dataset } from './dataset.ts';
import { type Gap, gap } from './metrics/gap.ts';

/** Why a router could not be simulated: the gap that stands for its figures, and the reason in a line where it is not for want of rows. */
export type Unrouted = { gap: Gap; reason?: string };

/** Priors speak of the shipped levels of complexity: without them quality cannot be modelled, whatever the policy routes by. */
export function whyUnrouted({ axes, name }: Pick<Dataset, 'axes' | 'name'>, taxonomy: Taxonomy, policy: ReadyPolicy): Unrouted {
  const routes = `policy \`${policy.name}\` routes by ${listed(axesRead(policy)) || 'no axis'}; its quality is modelled by \`complexity\``;
  const { complexity } = taxonomy;
  if (complexity === undefined) return { gap: gap('no-axis'), reason: `${routes}, an axis that ${listed(Object.keys(taxonomy))} lack` };
  if (!LEVELS.some((level) => axisValues(complexity).includes(level)))
    return { gap: gap('no-axis'), reason: `${routes} (${LEVELS.join(', ')}), which has other values here` };
  if (!axes.includes('complexity')) return { gap: gap('no-column'), reason: `${routes}, of which \`${name}\` has no column` };
  return { gap: gap('no-rows') };
}

/** The axes a policy's rules look at. */
const axesRead = ({ rules }: ReadyPolicy): string[] => [...new Set(rules.flatMap(({ when }) => Object.keys(when.label ?? {})))];

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
