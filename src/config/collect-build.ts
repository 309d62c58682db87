import { randomBytes } from 'node:crypto';
import { asData } from '../classify/message.ts';
import type { Answerer, JudgePrompt, Reply } from '../core/answerer.ts';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import { isRouterError, RouterError, withSpent } from '../core/errors.ts';
import type { Model } from '../core/models.ts';
import type { Outcome } from '../core/outcome.ts';
import { outgoingBody } from '../core/outgoing.ts';
import type { PolicyInput, ReadyPolicy } from '../core/policy.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { loadPrompt } from '../prompts/load.ts';
import { PRESETS } from '../providers/presets.ts';
import type { Health } from '../run/health.ts';
import type { RunParts } from '../run/plan.ts';
import { run } from '../run/run.ts';
import { build } from './build.ts';
import { packageFile } from './files.ts';
import { loadCatalogue, loadPolicy } from './policy.ts';
import type { RouterOptions } from './schema.ts';

export type CollectSources = {
  options: RouterOptions<Taxonomy>;
  /** Endpoints by provider name, in place of the known ones. */
  endpoints: Readonly<Record<string, string>>;
  /** Longest time for one call, milliseconds. */
  deadlineMs: number;
};

export type BuiltAnswerers = {
  /** The answerers of catalogue ids, in their order. @throws RouterError `policy.invalid` for ids nobody knows */
  of(ids: readonly string[]): Answerer[];
  /** The models of a pool of the policy. @throws RouterError `options.invalid` */
  pool(name: string): readonly string[];
  policy: ReadyPolicy;
  inputTokens(request: RouteRequest): number;
};

/** Models that can be asked one by one, by the code that serves requests. */
export function buildAnswerers({ options, endpoints, deadlineMs }: CollectSources): BuiltAnswerers {
  const providers = Object.fromEntries(Object.entries(endpoints).map(([name, baseUrl]) => [name, endpointOf(name, baseUrl)]));
  const { parts } = build<Taxonomy>({ ...options, providers, classifier: undefined, run: { deadlineMs } });
  const runParts: RunParts = { ...parts.runner.run, health: SINGLE_CALLS };
  const inputTokens = (request: RouteRequest) => parts.factsOf(request).inputTokens;
  return {
    policy: parts.policy,
    inputTokens,
    pool: (name) => poolOf(name, parts.policy),
    of: (ids) => {
      const models = modelsOf(ids, parts.policy, options.catalogue, new Set(Object.keys(endpoints)));
      return models.map((model) => answererOf(model, runParts, inputTokens));
    },
  };
}

function endpointOf(name: string, baseUrl: string) {
  const local = /^https?:\/\/(localhost|127\.|\[::1\])/.test(baseUrl);
  const known = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  return { baseUrl, ...(local || known === undefined ? { keyVariable: null } : {}) };
}

function poolOf(name: string, { pools }: ReadyPolicy): readonly string[] {
  const found = Object.hasOwn(pools, name) ? pools[name]?.models : undefined;
  if (found !== undefined) return found;
  const advice = `use one of ${Object.keys(pools).join(', ')}`;
  throw new RouterError('options.invalid', `no pool \`${name.slice(0, 60)}\` in the policy`, { where: '--pool', advice });
}

/** Those the policy does not name are completed from the catalogue; of a server of one's own nothing need be known. */
function modelsOf(ids: readonly string[], policy: ReadyPolicy, catalogueFile: string | undefined, own: ReadonlySet<string>): Model[] {
  const catalogue = catalogueFile === undefined ? loadCatalogue() : loadCatalogue(catalogueFile);
  const unnamed = ids.filter((id) => !policy.models.has(id));
  const models = unnamed.map((id): PolicyInput['models'][number] => {
    const provider = id.slice(0, Math.max(0, id.indexOf('/')));
    const served = own.has(provider) || (Object.hasOwn(PRESETS, provider) && PRESETS[provider]?.keyVariable === null);
    return { id, tier: 'medium', ...(served && !catalogue.has(id) ? UNPRICED : {}) };
  });
  const [first] = unnamed;
  if (first === undefined) return ids.flatMap((id) => policy.models.get(id) ?? []);
  const { qualityPrior, expectedOutputTokens } = policy;
  const pools = { all: { models: unnamed } };
  const named: PolicyInput = {
    schemaVersion: 1,
    name: 'models to collect from',
    models,
    pools,
    rules: [{ when: {}, pool: 'all' }],
    lastResort: first,
    qualityPrior,
    expectedOutputTokens,
  };
  const completed = loadPolicy(named, defaultTaxonomy, catalogueFile).models;
  return ids.flatMap((id) => policy.models.get(id) ?? completed.get(id) ?? []);
}

const UNPRICED = { price: { input: null, output: null }, abilities: { tools: true, images: false, structuredOutput: null } };

/** A row asks one model once: nobody is parked or passed over here; whoever collects waits, tries again, and tells who is down. */
const SINGLE_CALLS: Health = {
  available: () => ({ ok: true }),
  began: () => undefined,
  succeeded: () => undefined,
  reached: () => undefined,
  failed: () => false,
  park: () => undefined,
  takeRetry: () => false,
  latency: () => null,
};

/** Fields that some endpoints refuse under one name or altogether; what was refused once is not sent again. */
type Manner = { limit: 'max_completion_tokens' | 'max_tokens'; temperature: boolean };

function answererOf(model: Model, parts: RunParts, inputTokens: (request: RouteRequest) => number): Answerer {
  const { id, price, maxOutputTokens, provider } = model;
  let known: Manner = { limit: 'max_completion_tokens', temperature: true };
  return {
    id,
    price,
    maxOutputTokens,
    keyless: provider in PRESETS ? PRESETS[provider]?.keyVariable === null : price.input === null,
    missing: missingFor(model, parts),
    async ask(request, { maxOutputTokens: most, signal }) {
      for (let manner = known; ; ) {
        const body = bodyOf(request, most, manner);
        const plan = { requestId: `collect-${randomBytes(8).toString('hex')}`, body, order: [model], recheck: () => null };
        const facts = { inputTokens: inputTokens(request), maxOutputTokens: most, choices: 1, scopes: [], wantsUsage: false };
        const outcome = await run({ ...plan, ...facts, ...(signal === undefined ? {} : { signal }) }, parts);
        if (outcome.kind === 'answered') {
          known = manner;
          return replyOf(outcome);
        }
        const error = causeOf(outcome.error);
        const simpler = simplerManner(manner, error, request);
        if (simpler === null) throw withSpent(error, outcome.usd);
        manner = simpler;
      }
    },
  };
}

function missingFor(model: Model, parts: RunParts): string | null {
  try {
    parts.provider(model);
    return null;
  } catch (error) {
    if (isRouterError(error)) return error.message.replaceAll('`', '');
    throw error;
  }
}

function bodyOf(request: RouteRequest, most: number, { limit, temperature }: Manner): Record<string, unknown> {
  const { max_tokens: older, max_completion_tokens: newer, ...body } = outgoingBody(request);
  if (!temperature) delete body.temperature;
  return { ...body, [limit]: newer ?? older ?? most };
}

function simplerManner(manner: Manner, { code, message }: RouterError, request: RouteRequest): Manner | null {
  if (code !== 'provider.rejected') return null;
  if (manner.limit === 'max_completion_tokens' && /max_completion_tokens|max_tokens/i.test(message))
    return { ...manner, limit: 'max_tokens' };
  return manner.temperature && request.temperature !== undefined && /temperature/i.test(message) ? { ...manner, temperature: false } : null;
}

function replyOf({ completion, finish, tokens, usd, ms, model, flags }: Outcome & { kind: 'answered' }): Reply {
  const message = completion.choices[0]?.message;
  const words = message?.content || message?.refusal;
  const text = words || ((message?.tool_calls?.length ?? 0) > 0 ? JSON.stringify(message?.tool_calls) : '');
  // A guess at the tokens is enough to hold a cap, and no measurement for a table.
  const counted = flags.includes('usage_estimated') ? null : tokens;
  return { text, finish, model: completion.model ?? model, tokens: counted, usd, ms };
}

/** With one candidate the story of the whole request is that of its one call. */
function causeOf(error: RouterError): RouterError {
  return error.code === 'run.no-candidate' && isRouterError(error.cause) ? error.cause : error;
}

const JUDGE_PROMPTS = { absolute: 'prompts/judge.md', pairwise: 'prompts/judge-pair.md' } as const;

/** @param file a prompt of one's own in place of the shipped one. @throws RouterError `prompt.invalid`, `input.not-found` */
export async function judgePrompt(mode: 'absolute' | 'pairwise', file?: string): Promise<JudgePrompt> {
  const path = file ?? packageFile(JUDGE_PROMPTS[mode]);
  const prompt = await loadPrompt(path);
  const places = [...prompt.system.variables, ...prompt.user.variables].toSorted().join();
  if (places !== 'boundary,data') {
    const advice = 'declare `user: [boundary, data]` and no others, as `prompts/judge.md` does';
    throw new RouterError('prompt.invalid', `expected the places \`boundary\` and \`data\`, found ${places || 'none'}`, {
      where: path,
      advice,
    });
  }
  const system = prompt.system.render({});
  return {
    hash: prompt.hash,
    maxOutputTokens: prompt.maxOutputTokens,
    characters: system.length,
    requestOf: (data) => {
      const user = prompt.user.render({ boundary: randomBytes(16).toString('hex'), data: asData(data) });
      return {
        temperature: 0,
        max_completion_tokens: prompt.maxOutputTokens,
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
      };
    },
  };
}
