import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../src/config/build.ts';
import type { AnyLabel } from '../../src/core/label.ts';
import { seededRandom } from '../../src/core/random.ts';
import { toRequest } from '../../src/core/request.ts';
import { decide } from '../../src/decide/decide.ts';
import { nodeFiles } from '../../src/eval/files.ts';
import { loadTable } from '../../src/eval/table/load.ts';
import { fitOutcomes } from '../../src/learn/fit.ts';
import { datasetRows } from '../labels/dataset-rows.ts';
import { type Timing, timed } from './decisions.ts';

const MODELS = 21;

export type FittedTiming = {
  questions: number;
  models: number;
  fitCpuSeconds: number;
  decideMicroseconds: Timing;
  policyBytes: number;
  weightsBytes: number;
};

/**
 * What a fitted policy adds to a request: reading its scores off the text and deciding by them, without the label. Fitted on made-up outcomes
 * of shipped requests (their domain is the category), so that sizes are as in earnest.
 */
export async function fittedTiming(questions: number): Promise<FittedTiming> {
  const place = mkdtempSync(join(tmpdir(), 'pointsman-bench-'));
  try {
    const table = await loadTable(writeTable(place, questions), {}, nodeFiles());
    const { parts } = build({ classifier: 'embedded' });
    const classify = async (request: ReturnType<typeof toRequest>) => (await parts.classifier.classify(request)).label as AnyLabel;
    const out = join(place, 'policy.fitted.json');
    const before = process.cpuUsage();
    const readers = { classify, factsOf: parts.factsOf };
    const { bytes } = await fitOutcomes({ table, out, readers, classifier: 'embedded', models: { known: [], catalogue: [] } });
    const { user, system } = process.cpuUsage(before);
    const { policy } = build({ policy: out }).parts;
    const requests = table.prompts.slice(0, 500).map((prompt) => toRequest(prompt));
    const labels = new Map<unknown, AnyLabel>();
    for (const request of requests) labels.set(request, await classify(request));
    const decideMicroseconds = await timed(requests, async (request) => {
      const scores = policy.read === undefined ? {} : { scores: policy.read(request) };
      return decide({ label: labels.get(request) ?? {}, facts: parts.factsOf(request), ...scores }, policy);
    });
    const fitCpuSeconds = (user + system) / 1e6;
    return {
      questions: table.ids.length,
      models: MODELS,
      fitCpuSeconds,
      decideMicroseconds,
      policyBytes: bytes.policy,
      weightsBytes: bytes.weights,
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Every model is good at some domains and dearer the better it is on the whole. */
function writeTable(place: string, questions: number): string {
  const random = seededRandom(5);
  const rows = datasetRows('train')
    .flatMap(({ id, request, gold }) => {
      const content = request.messages.at(-1)?.content;
      return typeof content === 'string' ? [{ id, prompt: content, category: gold.domain }] : [];
    })
    .slice(0, questions);
  const skill = new Map<string, number>();
  const skillOf = (model: number, category: string): number => {
    const key = `${model} ${category}`;
    const known = skill.get(key) ?? 0.3 + 0.02 * model + 0.3 * random();
    skill.set(key, known);
    return known;
  };
  const names = Array.from({ length: MODELS }, (_, index) => `model-${index}`);
  const outcomes = rows.flatMap(({ id, category }) =>
    names.map((name, model) => `${id},${name},${random() < skillOf(model, category) ? 1 : 0},100,200`),
  );
  writeFileSync(join(place, 'made.prompts.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(join(place, 'made.outcomes.csv'), `id,model,quality,input_tokens,output_tokens\n${outcomes.join('\n')}\n`);
  const prices = names.map((name, model) => `${name},${0.05 * (model + 1)},${0.2 * (model + 1)}`);
  writeFileSync(join(place, 'models.csv'), `model,input_usd_per_mtok,output_usd_per_mtok\n${prices.join('\n')}\n`);
  return join(place, 'made');
}
