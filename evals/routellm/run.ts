/** `npm run routellm -- DIR`: our rankings beside RouteLLM's on its own tables (`routellm-mmlu`, `routellm-gsm8k`), by its own procedure. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../../src/eval/report/format.ts';
import { PUBLISHED, routeLlmSuite } from './suite.ts';

const folder = process.argv[2] ?? process.env.POINTSMAN_OUTCOMES ?? '';
const names = Object.keys(PUBLISHED).filter((name) =>
  [`${name}.prompts.jsonl`, `${name}.prompts.jsonl.gz`].some((file) => existsSync(join(folder, file))),
);
if (names.length === 0) {
  console.error('give the folder that holds routellm-mmlu and routellm-gsm8k; `datasets/sources.md` says where such tables come from');
  process.exitCode = 2;
}

const share = (value: number | null) => (value === null || Number.isNaN(value) ? '–' : value.toFixed(3));
for (const name of names) {
  const { n, published, ranks, learning } = await routeLlmSuite(folder, name);
  const rows = ranks.map(({ name: rank, apgr, cpt50, cpt80, ours, ci95, fittedOn }) => [
    rank,
    share(apgr),
    share(cpt50),
    share(cpt80),
    ours === null || ci95 === null ? '–' : `${share(ours)} [${ci95.map(share).join(', ')}]`,
    fittedOn,
  ]);
  const best = ['RouteLLM, best published', share(published), '–', '–', '–', 'Chatbot Arena and judge-labelled preferences'];
  console.log(
    `\n${name}, ${n} questions\n${table(['', 'APGR', 'CPT50', 'CPT80', 'APGR, ties shared, with 95 %', 'fitted on'], [...rows, best])}`,
  );
  console.log(
    `\n${table(['rows fitted on, APGR on a held fifth', ...new Set(learning.map(({ name: rank }) => rank))], curveRows(learning))}`,
  );
}

function curveRows(learning: Awaited<ReturnType<typeof routeLlmSuite>>['learning']): string[][] {
  const sizes = [...new Set(learning.map(({ rows }) => rows))];
  return sizes.map((size) => [size.toLocaleString('en'), ...learning.filter(({ rows }) => rows === size).map(({ apgr }) => share(apgr))]);
}
