import type { z } from 'zod';

type Part = z.core.$ZodType;

/**
 * The keys a schema knows at a path, through defaults, optional values, lists, records and unions; none where it is no object.
 *
 * @example keysAt(z.strictObject({ llm: z.strictObject({ model: z.string() }).optional() }), ['llm']) // => ['model']
 */
export function keysAt(schema: Part, path: readonly PropertyKey[]): string[] {
  const parts = path.reduce<Part[]>((reached, key) => reached.flatMap((part) => below(part, key)), [schema]);
  return [...new Set(parts.flatMap(opened).flatMap((part) => Object.keys(shapeOf(part))))];
}

const below = (schema: Part, key: PropertyKey): Part[] =>
  opened(schema).flatMap((part) => {
    const { def } = (part as z.core.$ZodTypes)._zod;
    if (def.type === 'array') return [def.element];
    if (def.type === 'record') return [def.valueType];
    const inner = shapeOf(part)[String(key)];
    return inner === undefined ? [] : [inner];
  });

/** What lies under the wrappings of a schema: of a union, every branch. */
function opened(schema: Part): Part[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'union') return def.options.flatMap(opened);
  if (def.type === 'pipe') return opened(def.in);
  return 'innerType' in def ? opened(def.innerType) : [schema];
}

function shapeOf(schema: Part): Readonly<Record<string, Part>> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'object' ? def.shape : {};
}
