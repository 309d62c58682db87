/** What can be read off a request without any model; policy rules may ask for any of it. */
export type Facts = {
  /** ISO 639-1 code of the latest user turn, or `und` when it cannot be told. */
  language: string;
  /** Dominant script: `latin`, `cyrillic`, `han`, … or `none`. */
  script: string;
  /** Characters of the latest user turn. */
  characters: number;
  /** Estimated tokens of the whole request as sent: system, history, tools and schema included. */
  inputTokens: number;
  tools: number;
  images: number;
  /** Audio or file parts anywhere. */
  attachments: number;
  responseSchema: boolean;
  codeBlock: boolean;
  userTurns: number;
  /** Most output tokens the request allows, or null when it sets no limit. */
  maxOutputTokens: number | null;
  /** Answers asked for (`n`). */
  choices: number;
  /** True when earlier messages hold tool calls or tool results, which not every model accepts. */
  toolHistory: boolean;
  /** True when the last message is a tool result, i.e. the turn goes on. */
  afterTool: boolean;
};
