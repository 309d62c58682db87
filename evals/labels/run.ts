/**
 * Judges a weights file on public label sets and outcome tables that are not part of this repository (see datasets/sources.md):
 * `npm run labels -- --labels DIR --outcomes DIR [--weights FILE] [--limit N]`. Prints one JSON object.
 * With `--ceiling` it also says how well the same features rank failure when taught by failure itself.
 * With `--stability [--split dev|test] [--seed N]` it says how labels of the shipped requests hold under envelopes, typos, other words and length.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { embeddedClassifier } from '../../src/classify/embedded/embedded.ts';
import { decodeWeights } from '../../src/classify/embedded/weights.ts';
import { withRiskFloor } from '../../src/classify/raise.ts';
import { rulesClassifier } from '../../src/classify/rules.ts';
import { packageFile } from '../../src/config/files.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { arithmeticAlarms } from './arithmetic.ts';
import { failureCeiling } from './ceiling.ts';
import { datasetRows } from './dataset-rows.ts';
import { accuracyBySource, alarmsBySource, domainCalibration, failureRanking, type Labeller, meanOf, type SourceFigure } from './judge.ts';
import { lookalikeAlarms } from './lookalikes.ts';
import { labelSets, outcomeTables } from './sources.ts';
import { type Classify, stability } from './stability.ts';

const { values } = parseArgs({
  options: {
    labels: { type: 'string' },
    outcomes: { type: 'string' },
    weights: { type: 'string' },
    limit: { type: 'string', default: '400' },
    ceiling: { type: 'boolean', default: false },
    stability: { type: 'boolean', default: false },
    split: { type: 'string', default: 'dev' },
    seed: { type: 'string', default: '7' },
  },
});
const limit = Number(values.limit);
const file = values.weights ?? packageFile('src/classify/embedded/weights.bin');
const embedded = embeddedClassifier(defaultTaxonomy, decodeWeights(readFileSync(file), file));
const classifier = withRiskFloor(rulesClassifier(defaultTaxonomy), embedded, defaultTaxonomy);
const label: Labeller = async (content) => (await classifier.classify({ messages: [{ role: 'user', content }] })).label;

const table = (figures: readonly SourceFigure[]) =>
  Object.fromEntries(figures.map(({ source, rows, figure }) => [source, { rows, figure: rounded(figure) }]));
const rounded = (figure: SourceFigure['figure']) => (typeof figure === 'number' ? Number(figure.toFixed(4)) : figure);

const report: Record<string, unknown> = {
  weights: file,
  limit,
  arithmetic: await arithmeticAlarms(label),
  lookalikes: await lookalikeAlarms(label),
};
if (values.labels !== undefined) {
  const domain = labelSets(values.labels, 'domain', limit);
  const risk = labelSets(values.labels, 'risk', limit);
  const accuracy = await accuracyBySource(domain, 'domain', label);
  const recall = await alarmsBySource(risk, 'high', label);
  const falseAlarms = await alarmsBySource(risk, 'low', label);
  report.domain = {
    meanOverSources: rounded(meanOf(accuracy)),
    calibrationError: rounded(await domainCalibration(domain, label)),
    sources: table(accuracy),
  };
  report.abuse = {
    meanRecall: rounded(meanOf(recall)),
    meanFalseAlarms: rounded(meanOf(falseAlarms)),
    recall: table(recall),
    falseAlarms: table(falseAlarms),
  };
}
if (values.outcomes !== undefined) {
  const tables = outcomeTables(values.outcomes);
  const ranking = await failureRanking(tables, 2_000, label);
  const several = <T extends { severalKinds: boolean }>(figures: readonly T[]) => figures.filter(({ severalKinds }) => severalKinds);
  report.complexity = { meanOverSeveralKinds: rounded(meanOf(several(ranking))), tables: table(ranking) };
  if (values.ceiling) {
    const ceiling = failureCeiling(tables, 2_000);
    const taught = (by: string) => ceiling.filter(({ taughtBy }) => taughtBy === by);
    report.complexityCeiling = Object.fromEntries(
      ['other tables', 'half of the table'].map((by) => [
        by,
        { meanOverSeveralKinds: rounded(meanOf(several(taught(by)))), tables: table(taught(by)) },
      ]),
    );
  }
}
if (values.stability) {
  const rows = datasetRows(values.split === 'test' ? 'test' : 'dev');
  const classify: Classify = async (request) => (await classifier.classify(request)).label;
  const found = await stability(rows, classify, Number(values.seed), { unseen: rows, trained: datasetRows('train') });
  report.stability = { split: values.split, ...found };
}
const shortened = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(4)) : value);
process.stdout.write(`${JSON.stringify(report, shortened, 1)}\n`);
