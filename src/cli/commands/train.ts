import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageFile } from '../../config/files.ts';
import { WEIGHTS_FILE } from '../../config/weights-build.ts';
import { RouterError } from '../../core/errors.ts';
import { refuseUnwritable } from '../../folders.ts';
import { train } from '../../learn/train.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf } from '../project.ts';

/** Trains the embedded classifier from the committed datasets, or checks that training still gives the committed weights. */
export async function trainCommand({ flags }: Arguments, io: Io): Promise<number> {
  const project = await projectOf(flags, io, !flags.on('check'));
  const path = (name: string, standard: string) => {
    const given = flags.text(name);
    return given === undefined ? standard : resolve(io.cwd, given);
  };
  const also = flags.text('also');
  const seed = flags.number('seed');
  const check = flags.on('check');
  const datasets = path('datasets', project?.datasets ?? packageFile('datasets'));
  const out = path('out', project?.weights ?? packageFile(WEIGHTS_FILE));
  refuseOut(out, check);
  refuseEmpty(join(datasets, 'requests/train.csv'));
  const started = io.monotonic();
  const patience = project === null ? ' (minutes, on all shipped datasets)' : '';
  io.talk(`training${check ? ', to compare with the weights there are' : ''}${patience} …\n`);
  const report = await training({
    datasets,
    out,
    ...(project === null ? {} : { taxonomy: project.taxonomy }),
    check,
    ...(also === undefined ? {} : { also: resolve(io.cwd, also) }),
    ...(seed === undefined ? {} : { seed }),
  });
  io.talk(`took ${((io.monotonic() - started) / 1_000).toFixed(1)} s\n`);
  await io.out(flags.on('json') ? `${JSON.stringify(report)}\n` : reportText(report));
  return 0;
}

/** What minutes of training could not be written to, or compared with, is told before they pass. */
function refuseOut(out: string, check: boolean): void {
  if (!check) {
    refuseUnwritable(out);
    return;
  }
  try {
    if (statSync(out).isDirectory()) throw new Error('it is a folder');
    accessSync(out, constants.R_OK);
  } catch (cause) {
    const advice = 'name the weights to compare with by `--out FILE`, or train without `--check`';
    throw new RouterError('input.not-found', `there are no weights in \`${out}\` to compare with`, { where: out, advice, cause });
  }
}

/** Without a row only the lexicon would teach, and weights that know something would be written over. */
function refuseEmpty(file: string): void {
  if (!existsSync(file) || readFileSync(file, 'utf8').trim().includes('\n')) return;
  throw new RouterError('dataset.invalid', `\`${file}\` has no row to learn from`, {
    where: file,
    advice: 'give it a header line (`text` and the axes) and labelled rows',
  });
}

/** Rows of a project are written by hand: what is wrong in them is no bug of ours. */
async function training(command: Parameters<typeof train>[0]): ReturnType<typeof train> {
  try {
    return await train(command);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!String(code).startsWith('CSV_')) throw cause;
    throw new RouterError('dataset.invalid', `a CSV file under \`${command.datasets}\` cannot be read: ${message}`, {
      where: command.datasets,
      advice: 'mend it; `pointsman data check` on its `requests/train.csv` names the line',
      cause,
    });
  }
}

function reportText({ out, bytes, sources, hash, identical }: Awaited<ReturnType<typeof train>>): string {
  const { requests, terms, outside } = sources;
  const from = `${requests} requests, ${terms} lexicon terms${outside === 0 ? '' : `, ${outside} rows from outside`} (${hash})`;
  return `${identical === true ? 'byte for byte as committed' : 'written'}: ${out}, ${bytes} bytes, from ${from}\n`;
}
