import { basename, join } from 'node:path';
import { isRouterError } from '../../core/errors.ts';
import { type Finding, finder, found } from '../data/finding.ts';
import type { EvalFiles } from '../parts.ts';
import type { EvalMetrics } from '../result.ts';
import { headOf, newestFirst, type RunHead } from '../run-folder.ts';
import { type LoggedRow, recoverLog } from '../run-log.ts';
import { decodeServed, type ServedRow } from '../served.ts';
import type { TableMetrics } from '../table/result.ts';
import { servedFindings } from './served.ts';

/** A run as far as its folder can be read. */
export type RunAudit = { folder: string; startedAt: string; findings: Finding[] };

/** The newest run of a folder of runs that has a manifest; null when there is none. */
export function newestRun(runsFolder: string, files: EvalFiles): string | null {
  const name = newestFirst(runsFolder, files).find((one) => headOf(join(runsFolder, one), files) !== null);
  return name === undefined ? null : join(runsFolder, name);
}

/**
 * What a finished run shows that no honest run would: figures too good, too equal or too fast. Reads the folder and changes nothing.
 *
 * @param policyHash of the policy in use now, to say when the run was of another
 */
export function auditRun(folder: string, policyHash: string, files: EvalFiles): RunAudit {
  const where = basename(folder);
  const head = headOf(folder, files);
  const say = finder(where);
  if (head === null) {
    const finding = say('error', 'no-manifest', ['manifest.json'], 'the folder is no run', 'name a folder below `.pointsman/runs`');
    return { folder, startedAt: '', findings: found([finding]) };
  }
  const metrics = json<EvalMetrics | TableMetrics>(join(folder, 'metrics.json'), files);
  const { rows, fault } = loggedRows(folder, files);
  const findings = [
    say('error', 'damaged-rows', fault, 'rows.jsonl is damaged', 'start the evaluation again: a run with altered rows proves nothing'),
    ...headFindings(head, policyHash, where),
    ...callFindings(rows, where),
    ...(metrics === null ? [] : metricFindings(metrics, where)),
    ...servedFindings(servedRows(folder, files), where),
  ];
  return { folder, startedAt: head.startedAt, findings: once(found(findings)) };
}

/** Figures and rows may show the same fault. */
const once = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code }, index) => findings.findIndex((other) => other.code === code) === index);

function json<T>(path: string, files: EvalFiles): T | null {
  if (!files.exists(path)) return null;
  try {
    return JSON.parse(Buffer.from(files.read(path)).toString('utf8')) as T;
  } catch {
    return null;
  }
}

function loggedRows(folder: string, files: EvalFiles): { rows: LoggedRow[]; fault: string[] } {
  const path = join(folder, 'rows.jsonl');
  if (!files.exists(path)) return { rows: [], fault: [] };
  try {
    return { rows: recoverLog(files.read(path), 'rows.jsonl').rows, fault: [] };
  } catch (error) {
    if (!isRouterError(error)) throw error;
    return { rows: [], fault: [error.message] };
  }
}

function servedRows(folder: string, files: EvalFiles): ServedRow[] {
  const path = join(folder, 'served.jsonl');
  return files.exists(path) ? decodeServed(Buffer.from(files.read(path)).toString('utf8')) : [];
}

function headFindings({ status, identity }: RunHead, policyHash: string, where: string): (Finding | null)[] {
  const say = finder(where);
  const other =
    identity.policy !== undefined && identity.policy !== null && identity.policy !== policyHash
      ? [`${identity.policy}, now ${policyHash}`]
      : [];
  return [
    say(
      'warning',
      'unfinished',
      status === 'complete' ? [] : [status],
      'the run is not complete',
      'run the same command again: it goes on from there',
    ),
    say('note', 'other-policy', other, 'the run was of another policy', 'evaluate again before you rely on it'),
  ];
}

/** Figures of calls are judged from so many on. */
const ENOUGH = 20;
/** No network answers in so few milliseconds. */
const TOO_FAST_MS = 5;

function callFindings(rows: readonly LoggedRow[], where: string): (Finding | null)[] {
  const say = finder(where);
  const asked = askedBy(rows).filter(([, own]) => own.length >= ENOUGH);
  const those = (test: (own: readonly LoggedRow[]) => boolean) => asked.filter(([, own]) => test(own)).map(([classifier]) => classifier);
  const free = those((own) => own.every(({ usd }) => usd === 0));
  const cached = those((own) => own.every((row) => row.cached));
  const counts = 'the endpoint does not count: cost is not MEASURED';
  const somewhere = 'a cache answered somewhere: latency and cost are not those of fresh calls';
  return [
    lostFinding(rows, where),
    say(
      'error',
      'zero-cost',
      free,
      '# classifier(s) asked a model for $0',
      'give the model a price in the catalogue: $0 means nobody knew it',
    ),
    say('warning', 'constant-tokens', those(sameTokens), '# classifier(s) were billed the same input tokens for every text', counts),
    say(
      'warning',
      'faster-than-physics',
      those(isTooFast),
      `# classifier(s) answered within ${TOO_FAST_MS} ms, which no network does`,
      somewhere,
    ),
    say('note', 'all-cached', cached, '# classifier(s) were read from the cache alone', '`--cache refresh` asks again'),
  ];
}

/** Share of rows lost to a provider from which a run proves nothing. */
const LOST = 0.01;

function lostFinding(rows: readonly LoggedRow[], where: string): Finding | null {
  const lost = rows.filter(({ state }) => state === 'provider_error').length;
  const severity = lost > LOST * rows.length ? 'error' : 'warning';
  return finder(where)(
    severity,
    'provider-errors',
    lost === 0 ? [] : [`${lost} of ${rows.length} rows`],
    'rows were lost to the provider',
    'ask for them again: `--retry-errors`',
  );
}

function sameTokens(rows: readonly LoggedRow[]): boolean {
  const counts = rows.flatMap(({ usage }) => usage?.input ?? []);
  return counts.length >= ENOUGH && new Set(counts).size === 1;
}

function isTooFast(rows: readonly LoggedRow[]): boolean {
  const times = rows.flatMap(({ ms, cached }) => (ms === null || cached ? [] : [ms])).sort((a, b) => a - b);
  return times.length >= ENOUGH && (times[Math.floor(times.length / 2)] as number) < TOO_FAST_MS;
}

/** Rows that a model was asked for, by classifier. */
function askedBy(rows: readonly LoggedRow[]): [string, LoggedRow[]][] {
  const names = [...new Set(rows.map(({ classifier }) => classifier))];
  return names.map((name) => [name, rows.filter(({ classifier, model }) => classifier === name && model !== null)]);
}

/** Looks at a test split after which it is a second dev split. */
const MANY_LOOKS = 5;

function metricFindings(metrics: EvalMetrics | TableMetrics, where: string): (Finding | null)[] {
  const say = finder(where);
  if (metrics.kind === 'labels') {
    const { testLooks, dataset } = metrics;
    return [
      say(
        'warning',
        'many-looks',
        testLooks > MANY_LOOKS ? [`${testLooks} looks`] : [],
        'the test split was looked at often',
        'collect a new one: choices have been made on it',
      ),
      say(
        'note',
        'skipped-rows',
        dataset.skipped > 0 ? [`${dataset.skipped} rows`] : [],
        'bad rows were left out',
        'mend them: `pointsman data check`',
      ),
    ];
  }
  const free = metrics.models.filter(({ usdPer1k }) => usdPer1k === 0).map(({ model }) => model);
  const unknown = metrics.models.filter(({ usdPer1k }) => usdPer1k === null).map(({ model }) => model);
  const [first, ...more] = Object.entries(metrics.router.mix).filter(([, share]) => share > 0);
  return [
    say('error', 'zero-price', free, '# model(s) cost $0', 'give their prices in models.csv; blank is unknown'),
    say('warning', 'cost-unknown', unknown, '# model(s) have no known cost', 'give tokens and prices (`pointsman data check`)'),
    say(
      'warning',
      'in-sample',
      metrics.fit.inSample ? ['--in-sample'] : [],
      'rows that were learned from were scored',
      'leave the flag out',
    ),
    say(
      'warning',
      'collapse',
      first !== undefined && more.length === 0 ? [first[0]] : [],
      'the router sends everything to one model',
      'use that model and no router, or fit again',
    ),
  ];
}
