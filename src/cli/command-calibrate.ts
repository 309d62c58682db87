import { type Command, project, runs } from './command.ts';
import { textFlag } from './flags.ts';

export const CALIBRATE: Command = {
  name: 'calibrate',
  summary: 'learn how often the llm classifier is right when it says how sure it is, from a run on labelled requests; asks nobody',
  usage: 'RUN [--out FILE]',
  flags: [
    textFlag('data', 'FILE', 'the labelled set of the run (its split, if that is what it ran on)'),
    textFlag('out', 'FILE', 'where it is written or added to (calibration.json unless given)'),
    runs,
    project,
  ],
  examples: [
    'pointsman calibrate 2026-11-21T091403Z-dev-7f3a',
    'pointsman calibrate RUN --data labelled.csv --out prompts/calibration.json',
  ],
  run: async (given, io) => (await import('./commands/calibrate.ts')).calibrateCommand(given, io),
};
