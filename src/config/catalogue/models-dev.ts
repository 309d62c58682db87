import { z } from 'zod';
import type { CatalogueModel } from '../../core/models.ts';

const Entry = z.looseObject({
  name: z.string().optional(),
  release_date: z.string().optional(),
  tool_call: z.boolean().optional(),
  structured_output: z.boolean().optional(),
  reasoning: z.boolean().optional(),
  modalities: z.looseObject({ input: z.array(z.string()).optional(), output: z.array(z.string()).optional() }).optional(),
  cost: z
    .looseObject({
      input: z.number().optional(),
      output: z.number().optional(),
      cache_read: z.number().optional(),
      reasoning: z.number().optional(),
    })
    .optional(),
  limit: z.looseObject({ context: z.number().optional(), output: z.number().optional() }).optional(),
});
type Entry = z.infer<typeof Entry>;

/** Models of models.dev's `api.json`: `{ provider: { models: { id: … } } }`, prices in dollars per million tokens. */
export function modelsDevModels(providers: readonly (readonly [string, unknown])[]): CatalogueModel[] {
  return providers.flatMap(([provider, value]) => {
    const models = (value as { models?: unknown }).models;
    if (typeof models !== 'object' || models === null) return [];
    return Object.entries(models).flatMap(([name, entry]) => {
      const read = Entry.safeParse(entry);
      return read.success && writesText(read.data) ? [modelOf(provider, name, read.data)] : [];
    });
  });
}

/** Models that give only pictures, sound or vectors cannot answer a chat request. */
const writesText = ({ modalities }: Entry): boolean => modalities?.output === undefined || modalities.output.includes('text');

function modelOf(provider: string, name: string, entry: Entry): CatalogueModel {
  const input = entry.modalities?.input ?? [];
  return {
    id: `${provider}/${name}`,
    name: entry.name ?? name,
    released: entry.release_date ?? null,
    price: {
      input: entry.cost?.input ?? null,
      output: entry.cost?.output ?? null,
      cachedInput: entry.cost?.cache_read ?? null,
      reasoning: entry.cost?.reasoning ?? null,
    },
    abilities: {
      tools: entry.tool_call ?? false,
      images: input.includes('image'),
      audio: input.includes('audio'),
      files: input.includes('pdf'),
      structuredOutput: entry.structured_output ?? null,
      reasoning: entry.reasoning ?? false,
    },
    contextTokens: positive(entry.limit?.context),
    maxOutputTokens: positive(entry.limit?.output),
  };
}

/** The list writes 0 where it does not know. */
const positive = (tokens: number | undefined): number | null => (tokens !== undefined && tokens >= 1 ? Math.round(tokens) : null);
