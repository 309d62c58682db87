import { basename } from 'node:path';
import type { z } from 'zod';
import { failWithProblems, type Problem, RouterError } from '../core/errors.ts';
import { type AnyLabel, localSource, type Prediction, predictionSchema } from '../core/label.ts';
import { problemsOf } from '../core/problems.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import type { EvalClassifier, EvalFiles } from './parts.ts';

/**
 * Labels written earlier (`pointsman classify --out`), served as a classifier by the id of the row. Their cost is not known here.
 *
 * @throws RouterError `input.invalid` listing every bad line
 */
export function loadPredictions(path: string, taxonomy: Taxonomy, files: EvalFiles): EvalClassifier {
  const name = basename(path);
  const byId = new Map<string, Prediction>();
  const problems: Problem[] = [];
  const schema = predictionSchema(taxonomy);
  const lines = Buffer.from(files.read(path)).toString('utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const where = `${name}:${index + 1}`;
    const value = parseLine(line);
    const parsed = schema.safeParse(value);
    if (!parsed.success) problems.push({ where, message: faultOf(parsed.error, value) });
    else if (byId.has(parsed.data.id)) problems.push({ where, message: `id \`${parsed.data.id.slice(0, 100)}\` stands twice` });
    else byId.set(parsed.data.id, parsed.data as Prediction);
  }
  const advice = 'write the file with `pointsman classify --in FILE --out FILE`';
  if (problems.length > 0) failWithProblems('input.invalid', `predictions \`${name}\``, problems, advice);
  return { name: byId.values().next().value?.classifier ?? name, classify: async ({ id = '' }) => answerOf(byId, id, name) };
}

function faultOf(error: z.ZodError, value: unknown): string {
  const [problem] = problemsOf(error, value, 'line');
  return `${problem?.where}: ${problem?.message}`;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function answerOf(byId: ReadonlyMap<string, Prediction>, id: string, name: string): Awaited<ReturnType<EvalClassifier['classify']>> {
  const prediction = byId.get(id);
  if (prediction === undefined) {
    const advice = 'label every row of the dataset';
    throw new RouterError('classify.failed', `no prediction for row \`${id.slice(0, 100)}\` in \`${name}\``, { advice, where: name });
  }
  const axes = Object.entries(prediction.label).map(
    ([axis, label]) => [axis, { ...label, unsure: prediction.unsure[axis] ?? null }] as const,
  );
  const source = { ...localSource(prediction.classifier), model: prediction.model, usd: null };
  return { label: Object.fromEntries(axes) as AnyLabel, source };
}
