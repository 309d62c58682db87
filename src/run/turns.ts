import { canonicalJson } from '../core/canonical.ts';
import type { AnyLabel } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { raiseRisk } from '../core/risk.ts';
import type { State } from '../core/state.ts';

/** How long an agent may take between two calls of one turn, milliseconds. */
const TURN_MS = 3_600_000;

/** What was decided for a user turn: the model that took it, and the label it rests on. No text. */
export type Turn = { model: string; label: AnyLabel };

/** The decisions of turns under way, so that tool results go back to the model that asked for them. */
export type Turns = {
  /** @param owner whose turn it is: users and tenants never share one */
  recall(request: RouteRequest, owner: string): Promise<Turn | null>;
  remember(request: RouteRequest, owner: string, turn: Turn): Promise<void>;
};

/** @param hash a digest without known collisions; only that is stored, and another's turn must not be hit upon */
export function createTurns(state: State, hash: (text: string) => string): Turns {
  const keyOf = (request: RouteRequest, owner: string) => `turn:${hash(canonicalJson([owner, turnText(request)]))}`;
  return {
    async recall(request, owner) {
      const stored = await state.get(keyOf(request, owner)).catch(() => null);
      return stored === null ? null : (JSON.parse(stored) as Turn);
    },
    async remember(request, owner, turn) {
      await state.set(keyOf(request, owner), JSON.stringify(turn), TURN_MS).catch(() => undefined);
    },
  };
}

/** How long a conversation keeps its model without a word, milliseconds. */
const PIN_MS = 6 * 3_600_000;

/** The models of conversations. */
export type Pins = {
  recall(conversation: string, owner: string): Promise<string | null>;
  remember(conversation: string, owner: string, model: string): Promise<void>;
};

export function createPins(state: State, hash: (text: string) => string): Pins {
  const keyOf = (conversation: string, owner: string) => `pin:${hash(canonicalJson([owner, conversation]))}`;
  return {
    recall: (conversation, owner) => state.get(keyOf(conversation, owner)).catch(() => null),
    remember: (conversation, owner, model) => state.set(keyOf(conversation, owner), model, PIN_MS).catch(() => undefined),
  };
}

/** A turn is everything up to and including the latest user message: tool calls and results after it belong to it. */
function turnText({ messages }: RouteRequest): string {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  return canonicalJson(messages.slice(0, last + 1));
}

/** The label of a turn that goes on: as decided, but for a risk that what came since has raised. */
export function labelOfTurn<L extends AnyLabel>(turn: Turn, fresh: L): L {
  return raiseRisk(turn.label as L, fresh);
}
