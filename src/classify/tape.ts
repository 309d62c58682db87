import type { RouteRequest } from '../core/request.ts';
import type { Drawn } from './llm-samples.ts';

/** What a model said to each request, kept apart from what is made of it: an answer on the tape is read again instead of being asked for. */
export type Tape = WeakMap<RouteRequest, Drawn>;
