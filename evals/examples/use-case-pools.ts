import { createRouter } from '../../src/index.ts';
import { fakeProviders, ifStarted } from './stage.ts';

/** Pools by use case: name the one a call belongs to, or let rules choose. */
export async function example() {
  await using router = createRouter({ providers: fakeProviders() });
  const pools = ['translation', 'summarisation', 'chat', 'functions'];
  const routes = await Promise.all(pools.map((pool) => router.route('Guten Tag, wie geht es Ihnen?', { pool })));
  return Object.fromEntries(routes.map((route, at) => [pools[at], route.kind === 'chosen' ? route.model : route.why]));
}

await ifStarted(import.meta.url, example);
