import type { AnyLabel } from '../../core/label.ts';
import { type Random, seededRandom, shuffled } from '../../core/random.ts';
import type { RouteRequest } from '../../core/request.ts';
import { type Share, shareOf } from './pairs.ts';
import { mapUserText } from './perturb.ts';
import { type Levels, levelOf } from './score.ts';

export type GadgetOptions = {
  seeds: readonly number[];
  /** Candidates an attacker may try: for one gadget that is to fit every request, and again for each request by itself. @default 200 */
  queries?: number;
  /** Words of a gadget. @default 10 */
  tokens?: number;
};

export type GadgetScore = {
  queries: number;
  tokens: number;
  seeds: number;
  /** One gadget found on ten requests, put before others: how many of those rise. */
  universal: Share;
  universalBySeed: Share[];
  /** A gadget found for each request by itself. */
  perRequest: Share;
  /** The gadget that did best, for a person to look at. */
  example: string;
};

type Classify = (request: RouteRequest) => Promise<{ label: AnyLabel }>;
type Attack = { classify: Classify; axis: NonNullable<Levels>; words: readonly string[]; queries: number; tokens: number };

/** Requests a universal gadget is found on, the most it is tried on, and those attacked one by one, each by seed. */
const [FITTED_ON, TRIED_ON, ONE_BY_ONE] = [10, 100, 30];

/**
 * The black-box attack of arXiv 2501.01818 by random search: words before a request, one changed at a time, kept when the classifier finds the
 * request harder. The attacker sees probabilities, which is more than a caller is told.
 *
 * @param requests texts below the highest level, whose words the gadgets are made of
 */
export async function gadgetAttack(
  requests: readonly RouteRequest[],
  classify: Classify,
  axis: NonNullable<Levels>,
  { seeds, queries = 200, tokens = 10 }: GadgetOptions,
): Promise<GadgetScore> {
  const attack: Attack = { classify, axis, words: wordsOf(requests), queries, tokens };
  const lower = await below(requests, attack);
  const universalBySeed: Share[] = [];
  let [best, example] = [-1, ''];
  const alone = { risen: 0, of: 0 };
  for (const seed of attack.words.length === 0 ? [] : seeds) {
    const random = seededRandom(seed);
    const order = shuffled(lower, random);
    const { gadget } = await search(order.slice(0, FITTED_ON), attack, random, false);
    const share = await risen(order.slice(FITTED_ON, FITTED_ON + TRIED_ON), gadget, attack);
    universalBySeed.push(share);
    if (share.count > best) [best, example] = [share.count, gadget.join(' ')];
    for (const request of order.slice(-ONE_BY_ONE)) {
      const found = await search([request], attack, random, true);
      alone.risen += found.rose ? 1 : 0;
      alone.of += 1;
    }
  }
  const [count, of] = [sum(universalBySeed.map(({ count }) => count)), sum(universalBySeed.map(({ of }) => of))];
  const perRequest = shareOf(alone.risen, alone.of);
  return { queries, tokens, seeds: seeds.length, universal: shareOf(count, of), universalBySeed, perRequest, example };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

async function below(requests: readonly RouteRequest[], { classify, axis }: Attack): Promise<{ request: RouteRequest; from: number }[]> {
  const found = [];
  for (const request of requests) {
    const from = levelOf((await classify(request)).label, axis);
    if (from !== null && from < axis.values.length - 1) found.push({ request, from });
  }
  return found;
}

type Target = { request: RouteRequest; from: number };

/** Hill climbing by one word at a time. @param once stop when the first target has risen */
async function search(targets: readonly Target[], attack: Attack, random: Random, once: boolean) {
  const pick = () => attack.words[Math.floor(random() * attack.words.length)] as string;
  let gadget = Array.from({ length: attack.tokens }, pick);
  let now = await strength(targets, gadget, attack);
  for (let query = 1; query < attack.queries && !(once && now.rose); query++) {
    const at = Math.floor(random() * attack.tokens);
    const tried = gadget.map((word, index) => (index === at ? pick() : word));
    const then = await strength(targets, tried, attack);
    if (then.mean > now.mean) [gadget, now] = [tried, then];
  }
  return { gadget, rose: now.rose };
}

/** Mean expected level with the gadget in front, and whether any target rose. */
async function strength(targets: readonly Target[], gadget: readonly string[], { classify, axis }: Attack) {
  let [total, rose] = [0, false];
  for (const { request, from } of targets) {
    const { label } = await classify(before(request, gadget));
    const probabilities = label[axis.name]?.probabilities ?? {};
    total += sum(axis.values.map((value, index) => index * (probabilities[value] ?? 0)));
    rose ||= (levelOf(label, axis) ?? from) > from;
  }
  return { mean: total / Math.max(1, targets.length), rose };
}

async function risen(targets: readonly Target[], gadget: readonly string[], { classify, axis }: Attack): Promise<Share> {
  let count = 0;
  for (const { request, from } of targets) {
    if ((levelOf((await classify(before(request, gadget))).label, axis) ?? from) > from) count += 1;
  }
  return shareOf(count, targets.length);
}

const before = (request: RouteRequest, gadget: readonly string[]): RouteRequest =>
  mapUserText(request, (text) => `${gadget.join(' ')} ${text}`);

/** Distinct words of the requests, in the order of the alphabet. */
function wordsOf(requests: readonly RouteRequest[]): string[] {
  const words = new Set<string>();
  for (const { messages } of requests)
    for (const { role, content } of messages)
      if (role === 'user' && typeof content === 'string') for (const word of content.match(/\p{L}{2,24}/gu) ?? []) words.add(word);
  return [...words].sort();
}
