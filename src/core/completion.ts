/** The parts of an OpenAI chat completion that are read here; everything else passes through. */
export type ChatCompletion = {
  id?: string;
  model?: string;
  choices: {
    index?: number;
    finish_reason: string | null;
    message: { role?: string; content: string | null; refusal?: string | null; tool_calls?: unknown[] };
    logprobs?: { content: { token: string; logprob: number; top_logprobs?: { token: string; logprob: number }[] }[] | null } | null;
  }[];
  usage?: unknown;
};

/** One piece of a tool call as it arrives; `index` says which call it belongs to. */
export type ToolCallDelta = { index?: number; id?: string; type?: string; function?: { name?: string; arguments?: string } };

/** What one chunk adds to a choice. Fields not named here pass through unread. */
export type ChatDelta = {
  role?: string;
  content?: string | null;
  refusal?: string | null;
  tool_calls?: ToolCallDelta[];
  [field: string]: unknown;
};

/** One event of a streamed answer in the OpenAI shape. `error` is set on the last chunk of a stream that broke. */
export type ChatChunk = {
  id?: string;
  object?: string;
  created?: number;
  model?: string;
  choices: { index: number; delta: ChatDelta; finish_reason: string | null; [field: string]: unknown }[];
  usage?: unknown;
  error?: { message: string; code: string; type: string };
  [field: string]: unknown;
};
