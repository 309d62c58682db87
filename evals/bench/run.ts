/** `npm run bench`: speed only. Machines are noisy: compare figures of one run, and quote medians. Prints one JSON object. */

import { bulkTiming } from './bulk.ts';
import { classifierTimings, routeTiming, weightsReadyMs } from './decisions.ts';
import { fittedTiming } from './fitted.ts';
import { harnessTiming } from './harness.ts';
import { labellingTiming } from './labelling.ts';
import { processTimings } from './processes.ts';
import { reportTiming } from './report.ts';

const PROCESS_RUNS = 9;
const BULK_ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);

const report = {
  node: process.version,
  classifyByCharacters: await classifierTimings([50, 500, 5_000]),
  routeAt500Characters: await routeTiming(500),
  fitted: await fittedTiming(Number(process.env.BENCH_QUESTIONS ?? 6_800)),
  weightsReadyMs: weightsReadyMs(9),
  ...processTimings(PROCESS_RUNS),
  classifyFile: bulkTiming(BULK_ROWS),
  harness: harnessTiming(),
  labelling: await labellingTiming(),
  report: await reportTiming(10_000),
  residentMb: Math.round(process.memoryUsage().rss / 1_048_576),
};
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
process.stdout.write(`${JSON.stringify(report, rounded, 1)}\n`);
