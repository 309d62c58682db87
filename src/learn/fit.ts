import { basename, dirname, join } from 'node:path';
import type { ReadyPolicy } from '../core/policy.ts';
import type { OutcomeTable } from '../eval/table/table.ts';
import { makeFolders, refuseUnwritable, replaceFile } from '../folders.ts';
import { type FitReaders, readFitData } from './fit-data.ts';
import { type Dial, KEEP, modelAt } from './fit-dial.ts';
import { type Gate, gateAgainst } from './fit-incumbent.ts';
import { type ModelSource, policyModels } from './fit-models.ts';
import { type FitResult, fitPolicy } from './fit-policy.ts';

const DEFAULT_SEED = 1;

export type FitCommand = {
  table: OutcomeTable;
  /** Where the policy goes; its weights lie beside it. */
  out: string;
  readers: FitReaders;
  classifier: string;
  models: ModelSource;
  /** Policy in use: the candidate must pass a gate against it. */
  incumbent?: ReadyPolicy;
  /** @default keep the best single model's quality */
  dial?: Dial;
  /** @default 1 */
  seed?: number;
  /** @default 5 */
  folds?: number;
  tell?: (text: string) => void;
};

export type FitReport = {
  out: string;
  weights: string | null;
  bytes: { policy: number; weights: number };
  policy: FitResult['policy'];
  gate: Gate | null;
};

/**
 * Fits a policy on an outcome table and writes it: JSON for people, weights in a binary beside it named by their hash.
 *
 * @throws RouterError `options.invalid` for a dial the table cannot satisfy
 */
export async function fitOutcomes({ table, out, readers, classifier, models, ...rest }: FitCommand): Promise<FitReport> {
  // Before the minutes that a fit takes.
  makeFolders(dirname(out));
  refuseUnwritable(out);
  if (rest.dial?.kind === 'within') modelAt(table, rest.dial.model);
  const data = await readFitData(table, readers, rest.seed ?? DEFAULT_SEED);
  const stem = basename(out).replace(/\.json$/, '');
  const { policy, weights, leftOut } = fitPolicy(data, {
    models: policyModels(table, models),
    dial: rest.dial ?? KEEP,
    classifier,
    weightsFile: (hash) => `${stem}.${hash}.bin`,
    seed: rest.seed ?? DEFAULT_SEED,
    folds: rest.folds ?? 5,
    ...(rest.tell === undefined ? {} : { tell: rest.tell }),
  });
  const text = `${JSON.stringify(policy, null, 1)}\n`;
  const weightsFile = policy.fitted.weights === null ? null : join(dirname(out), policy.fitted.weights.file);
  if (weightsFile !== null && weights !== null) replaceFile(weightsFile, weights);
  replaceFile(out, text);
  const { incumbent } = rest;
  const usdWeight = policy.usdWeight ?? 0;
  const gate = incumbent === undefined ? null : gateAgainst({ incumbent, candidate: leftOut, usdWeight, factsOf: readers.factsOf }, data);
  return { out, weights: weightsFile, bytes: { policy: Buffer.byteLength(text), weights: weights?.length ?? 0 }, policy, gate };
}
