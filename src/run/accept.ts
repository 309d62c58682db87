import { z } from 'zod';
import type { ChatCompletion } from '../core/completion.ts';
import { RouterError } from '../core/errors.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Acceptance } from './plan.ts';

/** Checks that can be named: valid against the request's JSON schema, and not a refusal. An empty answer never counts as one. */
export type AcceptName = 'schema' | 'not-refused';
export type Accept = AcceptName | Acceptance | readonly (AcceptName | Acceptance)[];

/**
 * One check out of those asked for; the first objection counts.
 *
 * @throws RouterError `options.invalid` when `schema` is asked for and the request names none, or one that cannot be read
 */
export function acceptance(accept: Accept, request: RouteRequest): Acceptance {
  const list = Array.isArray(accept) ? accept : [accept as AcceptName | Acceptance];
  const checks = list.map((each) => (typeof each === 'function' ? each : named(each, request)));
  return async (completion) => {
    for (const check of checks) {
      const why = await check(completion);
      if (why !== null) return why;
    }
    return null;
  };
}

function named(name: AcceptName, request: RouteRequest): Acceptance {
  return name === 'schema' ? schemaCheck(request) : refusalCheck;
}

function refusalCheck({ choices }: ChatCompletion): string | null {
  const refused = choices.some(({ message, finish_reason: finish }) => (message.refusal ?? '') !== '' || finish === 'content_filter');
  return refused ? 'the model refused' : null;
}

type JsonSchemaFormat = { json_schema?: { schema?: unknown } };

function schemaCheck(request: RouteRequest): Acceptance {
  const schema = readSchema((request.response_format as JsonSchemaFormat | undefined)?.json_schema?.schema);
  return ({ choices }) => {
    for (const { message } of choices) {
      const parsed = schema.safeParse(parseJson(message.content ?? ''));
      if (!parsed.success)
        return `not valid against the schema: ${parsed.error.issues[0]?.path.join('.') || 'answer'}: ${parsed.error.issues[0]?.message}`;
    }
    return null;
  };
}

function readSchema(schema: unknown): z.ZodType {
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch (cause) {
    throw new RouterError('options.invalid', '`accept: "schema"` needs a `response_format` with a JSON schema that can be read', {
      where: 'response_format.json_schema.schema',
      advice: 'give the schema in the request, or pass a function as `accept`',
      cause,
    });
  }
}

/** Text that is no JSON is no value of any schema. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
