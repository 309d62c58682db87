import { writeSync } from 'node:fs';
import { worldOf } from './tune-world.ts';
import { storyOf, tuned } from './tuning.ts';

/** One tuning run in a process of its own, to be killed: says on descriptor 3 that it is at work, and how it ended. */
const [folder = '', seed = '0', pause = '0'] = process.argv.slice(2);
const wait = () => new Promise<void>((resolve) => setTimeout(resolve, Number(pause)));
let begun = false;
const told = async () => {
  if (!begun) writeSync(3, 'begun\n');
  begun = true;
  await wait();
};
const result = await tuned(worldOf(['marker A', 'nothing'], Number(seed), { train: 60, dev: 100, test: 100 }), folder, {}, undefined, told);
writeSync(3, `done ${storyOf(result)}\n`);
