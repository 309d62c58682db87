import { type Command, project, runs } from './command.ts';

export const CALIBRATE: Command = {
  name: 'calibrate',
  summary: 'learn how often the llm classifier is right when it says how sure it is, from a run on labelled requests; asks nobody',
  usage: 'RUN [--out FILE]',
  flags: [
    { name: 'data', kind: 'text', value: 'FILE', help: 'the labelled set of the run (its split, if that is what it ran on)' },
    { name: 'out', kind: 'text', value: 'FILE', help: 'where it is written or added to (calibration.json unless given)' },
    runs,
    project,
  ],
  examples: [
    'pointsman calibrate 2026-11-21T091403Z-dev-7f3a',
    'pointsman calibrate RUN --data labelled.csv --out prompts/calibration.json',
  ],
  run: async (given, io) => (await import('./commands/calibrate.ts')).calibrateCommand(given, io),
};
