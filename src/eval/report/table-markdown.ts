import { isGap } from '../metrics/gap.ts';
import type { ServedRow } from '../served.ts';
import type { TableManifest, TableMetrics } from '../table/result.ts';
import { dearestMarkdown } from './dearest.ts';
import { gapText, markdownTable, markdownText, shareText } from './format.ts';
import { type MarkdownReport, sections } from './markdown-report.ts';
import { contenderLines, modelLines, tableHead } from './table-screen.ts';

/** `report.md` of an evaluation on outcomes: the first screen, the tables, and how each figure is made. */
export function tableMarkdown(metrics: TableMetrics, manifest: TableManifest, served: readonly ServedRow[]): MarkdownReport {
  const { verdict, router } = metrics;
  const named = ({ header, rows }: { header: string[]; rows: string[][] }) =>
    markdownTable(
      header,
      rows.map(([name = '', ...figures]) => [markdownText(name, 120), ...figures]),
    );
  const curve = [
    ['AIQ (RouterBench, paper form), router with fixed models', shareText(router.aiq)],
    ['AIQ, fixed models alone', shareText(router.aiqFreeMix)],
    ['Arena score (RouterArena)', shareText(router.arena)],
    ['Regret against the oracle, utility', shareText(router.regret)],
    ['QNC: least cost at the best constant’s quality, relative', shareText(router.qnc)],
    ['Entropy of the router’s choices, bits', isGap(router.entropy) ? gapText(router.entropy) : router.entropy.toFixed(2)],
  ];
  return {
    head: sections(
      `# ${verdict.word}: ${markdownText(metrics.table.name)}`,
      ['```text', ...tableHead(metrics, manifest, '').map((line) => line.replace(/`{3,}/g, "'''")), '```'].join('\n'),
      `Rule: ${verdict.rule}.`,
    ),
    body: sections('## Router and controls', named(contenderLines(metrics)), NOTES, dearestMarkdown(served, 'the best constant')),
    details: sections('## Fixed models', named(modelLines(metrics)), '## Figures of the curve', markdownTable(['figure', 'value'], curve)),
  };
}

const NOTES = [
  '- Lift over the free mix: quality above what mixing fixed models at random buys for the same money; the models of the mix are chosen on the folds a row is not in.',
  '- bestConstant: one model for everything, chosen on the other folds. shuffled: the router’s own mix dealt out without looking. random: a model drawn for each row.',
  '- length, neighbours, clusters: the same fit on the length of the prompt, on similar prompts, on clusters of prompts.',
  '- category reads the table’s own metadata, goldLabel labels made from the outcomes, oracle the outcomes themselves: skylines, not routers.',
  '- Saving: 1 − cost of the cheapest setting whose paired lower bound on quality is above the best constant’s less one point, over its cost.',
].join('\n');
