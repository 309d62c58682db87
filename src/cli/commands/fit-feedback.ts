import { resolve } from 'node:path';
import { ERROR_EXIT_CODES, RouterError } from '../../core/errors.ts';
import type { ReadyPolicy } from '../../core/policy.ts';
import { nodeFiles } from '../../eval/files.ts';
import { loadTable } from '../../eval/table/load.ts';
import type { OutcomeTable } from '../../eval/table/table.ts';
import type { FitReaders } from '../../learn/fit-data.ts';
import { checkFeedback, type FeedbackCheck } from '../../learn/fit-feedback.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';

/** Says whether the policy in use still delivers what it promised, from feedback on its own answers. */
export async function fitFeedback(flags: Flags, io: Io, incumbent: ReadyPolicy, readers: FitReaders): Promise<number> {
  if (incumbent.fitted === undefined) throw notFitted(incumbent.name);
  const tables = await tablesByModel(resolve(io.cwd, flags.text('feedback') as string), flags.on('skip-bad'));
  const check = await checkFeedback(tables, incumbent, readers);
  await io.out(flags.on('json') ? `${JSON.stringify(check)}\n` : screenOf(check));
  return check.kept ? 0 : ERROR_EXIT_CODES['eval.gate-failed'];
}

/** No request was answered by several models, so every model is a table of its own. */
async function tablesByModel(base: string, skipBad: boolean): Promise<OutcomeTable[]> {
  const files = nodeFiles();
  const { models } = await loadTable(base, { skipBad }, files);
  const tables: OutcomeTable[] = [];
  for (const { name } of models) tables.push(await loadTable(base, { skipBad, models: [name] }, files));
  return tables;
}

function screenOf({ policy, models, unusable, text }: FeedbackCheck): string {
  const lines = models.map(({ model, rows, delivered, promised, gap }) => {
    const interval = gap === null ? 'too few to tell' : `${(gap.low * 100).toFixed(1)} to ${(gap.high * 100).toFixed(1)} points off`;
    return `${model}: delivered ${delivered.toFixed(3)}, promised ${promised.toFixed(3)}, ${rows.toLocaleString('en')} answers, ${interval}\n`;
  });
  const left =
    unusable === 0 ? '' : `LEFT OUT ${unusable.toLocaleString('en')} answers by models that \`${policy}\` does not have or would not use\n`;
  const limits = 'Feedback knows the chosen model alone: it cannot tell whether another would have done better.\n';
  return `PROMISE  ${text}\n${lines.join('')}${left}${limits}`;
}

const notFitted = (name: string): RouterError =>
  new RouterError('options.invalid', `policy \`${name}\` was not fitted, so it promised nothing`, {
    where: '--incumbent',
    advice: 'name a policy written by `pointsman fit`',
  });
