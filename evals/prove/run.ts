import { proveDrift } from './drift.ts';
import { proveKills } from './kills.ts';
import { proveRisk } from './risk.ts';
import { proveRunning } from './running.ts';
import { proveStatistics } from './statistics.ts';
import { proveTuning } from './tuning.ts';
import { proveTuningKills } from './tuning-kills.ts';

const RUNS = Number(process.env.PROVE_RUNS ?? 1_000);
const SEED = Number(process.env.PROVE_SEED ?? 20_261_121);

let failed = 0;
for (const { claim, share, atLeast, atMost, holds } of proveStatistics(RUNS, SEED)) {
  if (!holds) failed++;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${(share * 100).toFixed(1).padStart(5)} %  (${atLeast * 100} … ${atMost * 100})  ${claim}`);
}
console.log(`${RUNS} runs a claim, seed ${SEED}`);
for (const { claim, found, holds } of await proveRunning(RUNS / 1_000, Number(process.env.FAULT_SEED ?? 1))) {
  if (!holds) failed++;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${claim}: ${found}`);
}
const rest = [...proveDrift(RUNS, SEED), ...(await proveRisk(RUNS * 100, SEED)), ...(await proveKills(RUNS / 5, SEED))];
for (const { claim, found, holds } of rest) {
  if (!holds) failed++;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${claim}: ${found}`);
}
for (const { claim, found, holds } of [...(await proveTuning(RUNS / 10, SEED)), ...(await proveTuningKills(RUNS / 20, SEED))]) {
  if (!holds) failed++;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${claim}: ${found}`);
}
process.exitCode = failed === 0 ? 0 : 1;
