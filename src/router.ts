import type { CompleteOptions } from './complete.ts';
import { type Built, build } from './config/build.ts';
import { readOverrides } from './config/overrides.ts';
import type { RouterOptions } from './config/schema.ts';
import type { Explanation, Route, RouteOverrides } from './core/decision.ts';
import type { DefaultTaxonomy } from './core/default-taxonomy.ts';
import { RouterError } from './core/errors.ts';
import type { Classification, Label } from './core/label.ts';
import { type RouteInput, type RouteRequest, toRequest } from './core/request.ts';
import type { Taxonomy } from './core/taxonomy.ts';
import { classifyOrUnsure, explain, route } from './route.ts';
import { type OpenAIShaped, type RoutedClient, routedClient } from './run/routed.ts';
import { createRuns, type Runs } from './runs.ts';

/** Labels requests, says where they should go, and takes them there. Only `complete` and what is built on it ever calls a candidate. */
export type Router<T extends Taxonomy = DefaultTaxonomy> = Runs<T> & {
  /** The label alone. A classifier that fails gives an unsure label, not an exception. */
  classify(input: RouteInput): Promise<Label<T>>;
  /** The label with where it came from and what it cost. */
  classifyWithSource(input: RouteInput): Promise<Classification<T>>;
  /** Label, decision and reasons. Narrow the answer on `kind`: `chosen` or `refused`. */
  route(input: RouteInput, overrides?: RouteOverrides): Promise<Route<T>>;
  /** The same decision in words, and nothing recorded. */
  explain(input: RouteInput, overrides?: RouteOverrides): Promise<Explanation<T>>;
  /** Flushes what is kept and refuses further calls with `router.closed`. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * A router of your own. Everything is read and checked here, so that a mistake stops the start and not the first request.
 *
 * @param options see `RouterOptions`; with none: classifier `embedded`, the shipped policy, no key, no network
 * @throws RouterError `options.invalid`, `policy.invalid`, `taxonomy.invalid` or `provider.missing-key`, every problem listed
 * @example
 * const router = createRouter({ classifier: 'embedded' });
 * const route = await router.route('Prove that √2 is irrational');
 * route.kind // => 'chosen'
 */
export function createRouter<const T extends Taxonomy = DefaultTaxonomy>(options: RouterOptions<T> = {}): Router<T> {
  const built = build(options);
  let closing: Promise<void> | undefined;
  const openBuilt = (): Built<T> => {
    if (closing !== undefined) throw closedError();
    return built;
  };
  const open = () => openBuilt().parts;
  const close = () => {
    closing ??= built.close();
    return closing;
  };
  return {
    classify: async (input) => (await classifyOrUnsure(toRequest(input), open())).label,
    classifyWithSource: async (input) => classifyOrUnsure(toRequest(input), open()),
    route: async (input, overrides) => route(toRequest(input), readOverrides(overrides), open()),
    explain: async (input, overrides) => explain(toRequest(input), readOverrides(overrides), open()),
    ...createRuns(openBuilt),
    close,
    [Symbol.asyncDispose]: close,
  };
}

let shared: Router | undefined;

/**
 * One call, no key: labels a request with the embedded classifier and routes it by the shipped policy.
 * The router behind it is built on the first call and kept.
 *
 * @throws RouterError `input.invalid`, `input.too-large` or `options.invalid`
 * @example
 * const route = await classifyAndRoute('What is the capital of Peru?');
 * route.label.complexity.value // => 'low'
 */
export async function classifyAndRoute(input: RouteInput, overrides?: RouteOverrides): Promise<Route> {
  shared ??= createRouter();
  return shared.route(input, overrides);
}

/**
 * OpenAI's client with routing: `chat.completions.create({ model: 'auto', route: {…} })` goes through a router, streaming and tools
 * included; other models go to the client as before.
 *
 * @param client `new OpenAI()`, or anything of its shape
 * @param options a router, or the options of one
 * @example
 * const client = routed(new OpenAI(), { policy: 'my-policy.json' });
 * const answer = await client.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: 'hi' }] });
 */
export function routed<C extends OpenAIShaped>(client: C, options: RouterOptions | Router = {}): RoutedClient<C, CompleteOptions> {
  const router = 'complete' in options ? options : createRouter(options);
  return routedClient<C, CompleteOptions>(client, {
    whole: (request, settings) => router.complete({ ...request, stream: false } as RouteRequest & { stream: false }, settings),
    streamed: (request, settings) => router.complete({ ...request, stream: true } as RouteRequest & { stream: true }, settings),
  });
}

function closedError(): RouterError {
  return new RouterError('router.closed', 'this router was closed', { advice: 'create a new one with `createRouter`' });
}
