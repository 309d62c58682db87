import { badResponse, type CallContext } from './failures.ts';

export type Answer = { vectors: Float32Array[]; usage: unknown };

type Asked = { expected: number; dimensions: number | undefined; context: CallContext };
type Entry = { index?: unknown; embedding?: unknown };

/**
 * The vectors of one answer, in the order of the texts: `index` says where each belongs; without it they stand as they came.
 *
 * @throws RouterError `provider.bad-response` when there are not as many as texts, all of one length and every number finite
 */
export function toVectors(text: string, { expected, dimensions, context }: Asked): Answer {
  const { data, usage } = parse(text, context);
  if (data.length !== expected) throw badResponse(`${expected} vectors`, `${data.length}`, context);
  const vectors: (Float32Array | undefined)[] = new Array(expected).fill(undefined);
  for (const [position, entry] of data.entries()) {
    const index = entry?.index ?? position;
    if (typeof index !== 'number' || !(index in vectors) || vectors[index] !== undefined)
      throw badResponse(`an index from 0 to ${expected - 1}, each once`, `index ${JSON.stringify(index)}`, context);
    vectors[index] = toVector(entry?.embedding, context);
  }
  const length = dimensions ?? vectors[0]?.length;
  return { vectors: vectors.map((vector) => sameLength(vector, length, context)), usage };
}

function parse(text: string, context: CallContext): { data: (Entry | null)[]; usage: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badResponse('a list of vectors', text, context);
  }
  const { data, usage } = (value ?? {}) as { data?: unknown; usage?: unknown };
  if (!Array.isArray(data)) throw badResponse('a list of vectors', text, context);
  return { data, usage };
}

/** JSON has no NaN: where a server's arithmetic fails it sends null, or a number no float can hold. */
function toVector(numbers: unknown, context: CallContext): Float32Array {
  if (!Array.isArray(numbers) || numbers.length === 0)
    throw badResponse('a vector of numbers', JSON.stringify(numbers) ?? 'nothing', context);
  const bad = numbers.findIndex((number) => typeof number !== 'number' || !Number.isFinite(Math.fround(number)));
  if (bad !== -1) throw badResponse('finite numbers', `${JSON.stringify(numbers[bad])} at ${bad}`, context);
  return Float32Array.from(numbers);
}

function sameLength(vector: Float32Array | undefined, length: number | undefined, context: CallContext): Float32Array {
  if (vector?.length === length && vector !== undefined) return vector;
  throw badResponse(`vectors of ${length} numbers`, `one of ${vector?.length}`, context);
}
