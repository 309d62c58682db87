import { describe, expectTypeOf, it } from 'vitest';
import {
  type Classifier,
  classifyAndRoute,
  createRouter,
  defaultTaxonomy,
  type RouteOverrides,
  type RouterOptions,
} from '../../src/index.ts';

const value = { meaning: '', examples: [] } as const;

describe('types', () => {
  it('a label has the values of the shipped axes', async () => {
    const { label } = await classifyAndRoute('x');
    expectTypeOf(label.complexity.value).toEqualTypeOf<'low' | 'medium' | 'high'>();
    expectTypeOf(label.domain.probabilities.math).toEqualTypeOf<number>();
    expectTypeOf(label).not.toHaveProperty('urgency');
  });

  it('an added axis is inferred, in labels, routes and explanations', async () => {
    const router = createRouter({
      taxonomy: {
        ...defaultTaxonomy,
        urgency: { question: 'How soon?', ordered: true, reads: 'view', values: { now: value, later: value } },
      },
    });
    const { label } = await router.route('x');
    expectTypeOf(label.urgency.value).toEqualTypeOf<'now' | 'later'>();
    expectTypeOf(label.risk.value).toEqualTypeOf<'low' | 'medium' | 'high'>();
    expectTypeOf((await router.explain('x')).label.urgency.value).toEqualTypeOf<'now' | 'later'>();
    expectTypeOf((await router.classify('x')).urgency.probabilities.now).toEqualTypeOf<number>();
  });

  it('a replaced taxonomy has no other axes', async () => {
    const router = createRouter({
      taxonomy: { mood: { question: '?', ordered: false, reads: 'view', values: { gay: value, grim: value } } },
    });
    const label = await router.classify('x');
    expectTypeOf(label.mood.value).toEqualTypeOf<'gay' | 'grim'>();
    expectTypeOf(label).not.toHaveProperty('complexity');
  });

  it('a route is narrowed on `kind`', async () => {
    const route = await classifyAndRoute('x');
    if (route.kind === 'chosen') {
      expectTypeOf(route.model).toEqualTypeOf<string>();
      expectTypeOf(route.estimate.usd).toEqualTypeOf<number | null>();
      expectTypeOf(route).not.toHaveProperty('advice');
    } else {
      expectTypeOf(route.advice).toEqualTypeOf<string>();
      expectTypeOf(route).not.toHaveProperty('model');
    }
  });

  it('complete gives a stream exactly when the request asks for one', async () => {
    const router = createRouter();
    const messages = [{ role: 'user' as const, content: 'x' }];
    expectTypeOf(router.complete({ messages, stream: true })).resolves.toHaveProperty('stream');
    expectTypeOf(router.complete({ messages })).resolves.not.toHaveProperty('stream');
    expectTypeOf(router.complete('x')).resolves.toHaveProperty('completion');
    // @ts-expect-error a misspelt option
    void router.complete('x', { deadline: 5 });
  });

  it('construction options and overrides of a call are different types', () => {
    expectTypeOf<RouterOptions>().not.toHaveProperty('pool');
    expectTypeOf<RouteOverrides>().not.toHaveProperty('classifier');
    // @ts-expect-error a classifier is chosen once, not per call
    void classifyAndRoute('x', { classifier: 'llm' });
    // @ts-expect-error no such classifier
    createRouter({ classifier: 'gpt' });
    // @ts-expect-error a pool is chosen per call
    createRouter({ pool: 'translation' });
  });

  it('a classifier of another taxonomy does not fit', () => {
    const classifier = {} as Classifier<{
      mood: { question: '?'; ordered: false; reads: 'view'; values: { gay: typeof value; grim: typeof value } };
    }>;
    // @ts-expect-error it does not label the shipped axes
    createRouter({ taxonomy: defaultTaxonomy, classifier });
  });
});
