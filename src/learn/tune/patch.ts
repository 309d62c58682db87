import { type Section, sectionsOf, withSection } from './sections.ts';

/** A change to one paragraph, as the strong model proposes it. */
export type Patch = { diagnosis: string; section: string; text: string; lesson: string };

/** A changed prompt, or why there is none. */
export type Patched = { kind: 'changed'; text: string } | { kind: 'rejected'; why: string };

const REJECTIONS: readonly (readonly [RegExp, string])[] = [
  [/\{\{|\}\}/, 'it touches the places of the template'],
  [/^\s*#+\s*(System|User)\b|^---$/im, 'it touches the parts of the file'],
  [/\bJSON\b|\{\s*"|```/i, 'it touches the output contract'],
  [/\b(reply|respond|answer|output|return|print)\s+(with|in|as|only|just)\b/i, 'it touches the output contract'],
  [/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}]/u, 'it holds control characters'],
];

/**
 * The prompt with one paragraph exchanged. Label schema, answer contract and template places cannot be reached from here.
 *
 * @example applyPatch('---\nname: x\n---\n\n# System\n\nRisk: care.\n\n# User\n\n{{request}}\n', { diagnosis: '', section: 'Risk', text: 'Risk: {{x}}', lesson: '' }) // => { kind: 'rejected', why: 'it touches the places of the template' }
 */
export function applyPatch(prompt: string, patch: Patch): Patched {
  const sections = sectionsOf(prompt);
  const section = sections.find(({ name }) => name === patch.section) ?? sections.find(({ name }) => sameName(name, patch.section));
  if (section === undefined) return rejected(`there is no section \`${patch.section.slice(0, 60)}\`; there are ${editableNames(sections)}`);
  if (section.locked)
    return rejected(`section \`${section.name}\` is locked: it holds the schema, the answer contract or a place of the template`);
  const text = patch.text
    .replaceAll('\r\n', '\n')
    .trim()
    .replace(/\n[ \t]*\n+/g, '\n');
  if (text === '') return rejected('it is empty');
  if (text === section.text) return rejected('it changes nothing');
  const touched = REJECTIONS.find(([pattern]) => pattern.test(text));
  if (touched !== undefined) return rejected(touched[1]);
  return { kind: 'changed', text: withSection(prompt, section.name, text) };
}

/** Names of the paragraphs that may be changed. */
export const editableNames = (sections: readonly Section[]): string =>
  sections
    .filter(({ locked }) => !locked)
    .map(({ name }) => name)
    .join(', ') || 'none that may be changed';

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase().replace(/:$/, '').trim();

const rejected = (why: string): Patched => ({ kind: 'rejected', why });
