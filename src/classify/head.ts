import { estimateTokenCount } from 'tokenx';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import { RouterError } from '../core/errors.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { FewShot, Prompt } from '../prompts/load.ts';
import { taxonomyText } from '../prompts/taxonomy-text.ts';
import { asData, promptMessages } from './message.ts';

/**
 * The `# System` part of a prompt as it is sent: the taxonomy and the few-shots in their places. The same bytes in every call, so that
 * provider caches hit.
 *
 * @throws RouterError `prompt.invalid` for a place nobody fills, or a few-shot without one listed value an axis
 */
export function promptHead(prompt: Pick<Prompt, 'name' | 'system' | 'fewshots'>, taxonomy: Taxonomy): string {
  const known: Readonly<Record<string, () => string>> = {
    taxonomy: () => taxonomyText(taxonomy),
    fewshots: () =>
      ownShots(prompt.fewshots, taxonomy)
        .map((shot) => fewShotLine(shot, taxonomy, prompt.name))
        .join('\n'),
  };
  const values = prompt.system.variables.flatMap((name) => (Object.hasOwn(known, name) ? [[name, known[name]?.() ?? '']] : []));
  return prompt.system.render(Object.fromEntries(values));
}

/** As long and as mixed as a real one, whose tokens are counted. */
const TYPICAL_BOUNDARY = '0123456789abcdef0123456789abcdef';

/** What is sent with no request in it: the texts of both messages. */
export function emptyPrompt(prompt: Prompt, taxonomy: Taxonomy): string[] {
  return promptMessages(prompt, promptHead(prompt, taxonomy), '', TYPICAL_BOUNDARY).map(({ content }) => content);
}

/** ESTIMATED tokens of a prompt with no request in it. */
export function promptTokens(prompt: Prompt, taxonomy: Taxonomy): number {
  return emptyPrompt(prompt, taxonomy).reduce((sum, text) => sum + estimateTokenCount(text), 0);
}

/** Examples written for the shipped axes are left out where a caller brought axes of their own: they would teach values that do not exist. */
function ownShots(shots: readonly FewShot[], taxonomy: Taxonomy): readonly FewShot[] {
  return taxonomy === defaultTaxonomy ? shots : shots.filter(({ label }) => fits(label, taxonomy) || !fits(label, defaultTaxonomy));
}

function fits(label: FewShot['label'], taxonomy: Taxonomy): boolean {
  const axes = axesOf(taxonomy);
  const known = axes.every(([axis, definition]) => axisValues(definition).includes(label[axis] as never));
  return known && Object.keys(label).length === axes.length;
}

/**
 * A few-shot as one line: the text as a JSON string, then its values in the order of the axes.
 *
 * @example fewShotLine({ text: 'Hi', label: { haste: 'later' } }, { haste: { question: 'How soon?', ordered: true, reads: 'view', values: { later: { meaning: '', examples: [] }, now: { meaning: '', examples: [] } } } }, 'x') // => '"Hi" later'
 */
export function fewShotLine({ text, label }: FewShot, taxonomy: Taxonomy, where: string): string {
  const axes = axesOf(taxonomy);
  const extra = Object.keys(label).find((axis) => taxonomy[axis] === undefined);
  if (extra !== undefined) throw invalid(where, text, `an axis \`${extra}\` that the taxonomy has not`, 'remove it');
  const values = axes.map(([axis, definition]) => {
    const [value, allowed] = [label[axis], axisValues(definition)];
    if (value !== undefined && allowed.includes(value as never)) return value;
    throw invalid(where, text, `\`${axis}\` as \`${value ?? 'nothing'}\``, `use one of ${allowed.join(', ')}`);
  });
  return `${asData(text)} ${values.join(', ')}`;
}

const invalid = (where: string, text: string, found: string, advice: string) =>
  new RouterError('prompt.invalid', `few-shot \`${text.slice(0, 40)}\` holds ${found}`, { where, advice });
