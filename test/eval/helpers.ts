import { factsOf } from '../../src/classify/facts.ts';
import { loadPolicy } from '../../src/config/policy.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { RouterError } from '../../src/core/errors.ts';
import { type AnyLabel, localSource, unsureLabel } from '../../src/core/label.ts';
import type { PolicyInput } from '../../src/core/policy.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { axesOf, axisValues } from '../../src/core/taxonomy.ts';
import { viewOf } from '../../src/core/view.ts';
import type { EvalClassifier, EvalFiles, EvalParts } from '../../src/eval/parts.ts';

/** Files in memory; folders exist as soon as something lies in them. */
export function memoryFiles(initial: Record<string, string | Uint8Array> = {}): EvalFiles & { all: Map<string, Buffer> } {
  const all = new Map(Object.entries(initial).map(([path, content]) => [path, Buffer.from(content as string)]));
  const append = (path: string, line: string) =>
    void all.set(path, Buffer.concat([all.get(path) ?? Buffer.alloc(0), Buffer.from(`${line}\n`)]));
  return {
    all,
    read: (path) => {
      const content = all.get(path);
      if (content !== undefined) return content;
      throw new RouterError('input.not-found', `cannot read \`${path}\``, { advice: 'check the path', where: path });
    },
    exists: (path) => all.has(path) || [...all.keys()].some((key) => key.startsWith(`${path}/`)),
    makeFolder: (path) => void all.set(`${path}/.folder`, Buffer.alloc(0)),
    write: (path, text) => void all.set(path, Buffer.from(text)),
    append,
    openLog: (path) => {
      if (!all.has(path)) all.set(path, Buffer.alloc(0));
      return { append: (line) => append(path, line), close: () => {} };
    },
    truncate: (path, bytes) => void all.set(path, (all.get(path) ?? Buffer.alloc(0)).subarray(0, bytes)),
    createNew: (path, text) => {
      if (all.has(path)) return false;
      all.set(path, Buffer.from(text));
      return true;
    },
    remove: (path) => void all.delete(path),
    list: (folder) => {
      const below = [...all.keys()]
        .filter((key) => key.startsWith(`${folder}/`))
        .map((key) => key.slice(folder.length + 1).split('/')[0] ?? '');
      return [...new Set(below)].sort();
    },
  };
}

/** A certain label with the given values; axes not named are the taxonomy's first value. */
export function labelOf(values: Record<string, string>, confidence = 1): AnyLabel {
  const label: AnyLabel = unsureLabel(defaultTaxonomy, 'not-scored');
  for (const [axis, definition] of axesOf(defaultTaxonomy)) {
    const all = axisValues(definition) as string[];
    const value = values[axis] ?? (all[0] as string);
    const rest = (1 - confidence) / (all.length - 1);
    label[axis] = {
      value,
      confidence,
      probabilities: Object.fromEntries(all.map((name) => [name, name === value ? confidence : rest])),
      unsure: null,
    };
  }
  return label;
}

/** A classifier that answers from the text it sees. */
export function classifierOf(
  name: string,
  answer: (text: string, request: RouteRequest) => Record<string, string>,
  confidence = 0.9,
): EvalClassifier {
  return {
    name,
    classify: async (request) => ({ label: labelOf(answer(viewOf(request).latest, request), confidence), source: localSource(name) }),
  };
}

/** Rows of the default axes; `row(i)` gives complexity, domain, risk. */
export function csvOf(
  rows: number,
  row: (index: number) => [string, string, string],
  extra: (index: number) => Record<string, string> = () => ({}),
): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const [complexity, domain, risk] = row(index);
    const { text = `question ${index} about ${complexity} ${domain} ${risk}`, language = 'en', slices = '', cluster = '' } = extra(index);
    return [`r${index}`, `"${text.replaceAll('"', '""')}"`, complexity, domain, risk, language, slices, cluster, 'hand'].join(',');
  });
  return `id,text,complexity,domain,risk,language,slices,cluster,labeler\n${lines.join('\n')}\n`;
}

/** Reads the gold label out of texts made by `csvOf`. */
export const oracle = (name = 'oracle'): EvalClassifier =>
  classifierOf(name, (text) => {
    const [complexity = 'low', domain = 'general', risk = 'low'] = text.split('about ')[1]?.split(' ') ?? [];
    return { complexity, domain, risk };
  });

export function policyOf(change: Partial<PolicyInput> = {}) {
  const cheap = { input: 0.1, output: 0.4 };
  const abilities = { tools: true, images: true, structuredOutput: true };
  const policy: PolicyInput = {
    schemaVersion: 1,
    name: 'three',
    models: [
      { id: 'a/small', tier: 'low', clearedRisk: 'medium', price: cheap, abilities },
      { id: 'b/mid', tier: 'medium', clearedRisk: 'medium', price: { input: 1, output: 4 }, abilities },
      { id: 'c/large', tier: 'high', clearedRisk: 'high', price: { input: 5, output: 20 }, abilities },
    ],
    pools: { low: { models: ['a/small'] }, medium: { models: ['b/mid'] }, high: { models: ['c/large'] } },
    rules: [
      { when: { label: { risk: ['high'] } }, pool: 'high' },
      { when: { label: { complexity: ['low'] } }, pool: 'low' },
      { when: { label: { complexity: ['medium'] } }, pool: 'medium' },
      { when: {}, pool: 'high' },
    ],
    lastResort: 'c/large',
    qualityPrior: {
      low: { low: 0.95, medium: 0.5, high: 0.1 },
      medium: { low: 0.96, medium: 0.9, high: 0.4 },
      high: { low: 0.97, medium: 0.93, high: 0.9 },
    },
    expectedOutputTokens: { low: 500, medium: 500, high: 500 },
    ...change,
  };
  return loadPolicy(policy as never, defaultTaxonomy);
}

export function partsOf(change: Partial<EvalParts> = {}): EvalParts {
  let now = Date.UTC(2026, 10, 21, 9, 14, 3);
  return {
    taxonomy: defaultTaxonomy,
    policy: policyOf(),
    classifiers: [oracle()],
    factsOf,
    files: memoryFiles(),
    clock: { now: () => now++, monotonic: () => now++ },
    process: { pid: 4711, isAlive: () => false },
    context: { argv: ['eval'], versions: { node: '20' }, git: null },
    ...change,
  };
}

/** The three levels in turn, so that every complexity and risk occurs. */
export const turns = (index: number): [string, string, string] => {
  const levels = ['low', 'medium', 'high'];
  return [
    levels[index % 3] as string,
    ['code', 'math', 'law', 'general'][index % 4] as string,
    levels[index % 7 === 0 ? 2 : index % 5 === 0 ? 1 : 0] as string,
  ];
};
