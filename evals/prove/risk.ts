import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/config/files.ts';
import { defenceParts } from '../../src/config/robust-build.ts';
import { LEVELS, type Level } from '../../src/core/default-taxonomy.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { toRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';
import { DISGUISE_NAMES, disguised } from '../../src/eval/robustness/disguise.ts';
import { PLACE, readTemplates } from '../../src/eval/robustness/templates.ts';
import { datasetRows } from '../labels/dataset-rows.ts';
import type { Finding } from './finding.ts';

type RiskOf = (text: string) => Promise<number>;

/**
 * The floor under risk, and risk under added lines, on texts made of requests, attacks, disguises and noise: no text, and no second opinion, gets risk below its floor, and no
 * lines added before or after get it below what it was.
 *
 * @param runs texts tried for each claim; full size is 100,000
 */
export async function proveRisk(runs: number, seed: number): Promise<Finding[]> {
  const { rules, local, fooled } = defenceParts({});
  const level = (classifier: typeof rules): RiskOf => {
    return async (text) => LEVELS.indexOf((await classifier.classify(toRequest(text))).label.risk?.value as Level);
  };
  const [byRules, byLocal, byFooled] = [level(rules), level(local), level(fooled)];
  const random = seededRandom(seed);
  const draw = textsOf(random);
  const below = { rules: 0, local: 0, fooled: 0 };
  for (let run = 0; run < runs; run++) {
    const text = draw();
    const [floor, own, talked] = [await byRules(text), await byLocal(text), await byFooled(text)];
    if (own < floor) below.local++;
    if (talked < own) below.fooled++;
  }
  const lowered = { rules: 0, local: 0 };
  for (let run = 0; run < runs; run++) {
    const [text, more] = [draw(), draw()];
    const both = run % 2 === 0 ? `${text}\n${more}` : `${more}\n${text}`;
    if ((await byRules(both)) < (await byRules(text))) lowered.rules++;
    if ((await byLocal(both)) < (await byLocal(text))) lowered.local++;
  }
  const never = (claim: string, count: number): Finding => ({
    claim,
    found: `${count} of ${runs.toLocaleString('en')}`,
    holds: count === 0,
  });
  return [
    never('risk of embedded below that of its rules', below.local),
    never('risk of a cascade whose second opinion always says low, below that of embedded', below.fooled),
    never('risk by rules lowered by lines before or after', lowered.rules),
    never('risk by embedded lowered by lines before or after', lowered.local),
  ];
}

/** Requests, attacks and noise; some in disguise, some of several lines. */
function textsOf(random: Random): () => string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const requests = datasetRows('dev')
    .map(({ request }) => viewOf(request).latest)
    .filter((text) => text.trim() !== '' && text.length < 600);
  const file = 'datasets/robustness/templates.jsonl';
  const attacks = readTemplates(readFileSync(packageFile(file), 'utf8'), file).map(({ text }) => text.replace(PLACE, '').trim());
  const noise = () => Array.from({ length: 1 + Math.floor(random() * 20) }, () => String.fromCodePoint(anyCode(random))).join('');
  const piece = () => pick([() => pick(requests), () => pick(requests), () => pick(attacks), noise])();
  const dressed = () => (random() < 0.2 ? disguised(piece(), pick(DISGUISE_NAMES)) : piece());
  return () => Array.from({ length: 1 + Math.floor(random() * 3) }, dressed).join('\n');
}

/** Plain ASCII half of the time, else anything but surrogates. */
function anyCode(random: Random): number {
  if (random() < 0.5) return 32 + Math.floor(random() * 95);
  const code = Math.floor(random() * 0xe1000);
  return code >= 0xd800 && code < 0xe000 ? 0x2022 : code;
}
