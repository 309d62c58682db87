/**
 * Words of one language that, close together, make an attempt to subvert the model; each entry is a list parted by `|`.
 * An order to set aside: `override` + `rules` + `whose`. An order to tell: `reveal` + `secret` + `whose`. A mask: `persona` + `unbound`. A smuggled order: `note` + `machine`.
 */
export type InjectionWords = {
  /** ignore, forget: before or after `rules`, since many languages put the verb last */
  override?: string;
  /** The same for a language that puts the verb first; after `rules` it then means nothing. */
  overrideFirst?: string;
  /** instructions, rules */
  rules: string;
  /** previous, your */
  whose: string;
  /** `rules` and `whose` in one. */
  owned?: string;
  /** print, tell me */
  reveal?: string;
  /** system prompt */
  secret?: string;
  /** `secret` and `whose` in one. */
  ownedSecret?: string;
  /** you are now, pretend */
  persona?: string;
  /** no restrictions, uncensored */
  unbound?: string;
  /** A machine addressed inside a text, as in `[assistant: …]` or `note to any AI: …`; counts after a bracket or a `note`, and before a colon. */
  machine?: string;
  note?: string;
  /** `note` and `machine` in one. */
  addressed?: string;
  /** Enough by themselves. */
  phrases?: string;
};

export type WordsByScript = Readonly<Record<string, ScriptWords['languages']>>;

export type ScriptWords = { name: string; wordsApart: boolean; languages: Readonly<Record<string, InjectionWords>> };
