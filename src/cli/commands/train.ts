import { resolve } from 'node:path';
import { WEIGHTS_FILE } from '../../config/classifier-build.ts';
import { packageFile } from '../../config/files.ts';
import { train } from '../../learn/train.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf } from '../project.ts';

/** Trains the embedded classifier from the committed datasets, or checks that training still gives the committed weights. */
export async function trainCommand({ flags }: Arguments, io: Io): Promise<number> {
  const project = await projectOf(flags, io);
  const path = (name: string, standard: string) => {
    const given = flags.text(name);
    return given === undefined ? standard : resolve(io.cwd, given);
  };
  const also = flags.text('also');
  const seed = flags.number('seed');
  const check = flags.on('check');
  const started = io.monotonic();
  io.talk(check ? 'training, to compare with the weights there are …\n' : 'training …\n');
  const report = await train({
    datasets: path('datasets', project?.datasets ?? packageFile('datasets')),
    out: path('out', project?.weights ?? packageFile(WEIGHTS_FILE)),
    ...(project === null ? {} : { taxonomy: project.taxonomy }),
    check,
    ...(also === undefined ? {} : { also: resolve(io.cwd, also) }),
    ...(seed === undefined ? {} : { seed }),
  });
  io.talk(`took ${((io.monotonic() - started) / 1_000).toFixed(1)} s\n`);
  await io.out(flags.on('json') ? `${JSON.stringify(report)}\n` : reportText(report));
  return 0;
}

function reportText({ out, bytes, sources, hash, identical }: Awaited<ReturnType<typeof train>>): string {
  const { requests, terms, outside } = sources;
  const from = `${requests} requests, ${terms} lexicon terms${outside === 0 ? '' : `, ${outside} rows from outside`} (${hash})`;
  return `${identical === true ? 'byte for byte as committed' : 'written'}: ${out}, ${bytes} bytes, from ${from}\n`;
}
