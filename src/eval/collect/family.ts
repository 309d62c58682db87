/** Who stands behind a model's name; a distilled or merged model has several behind it. */
const FAMILIES: readonly (readonly [family: string, names: RegExp])[] = [
  ['openai', /\b(openai|gpt|chatgpt|davinci|o[134])(?![a-z])/],
  ['anthropic', /\b(anthropic|claude)/],
  ['google', /\b(google|gemini|gemma|palm)/],
  ['meta', /\b(meta|llama|codellama)/],
  ['mistral', /\b(mistral|mixtral|ministral|codestral|magistral|devstral|pixtral)/],
  ['alibaba', /\b(alibaba|qwen|qwq)/],
  ['deepseek', /\bdeepseek/],
  ['xai', /\b(xai|x-ai|grok)/],
  ['cohere', /\b(cohere|command|aya)/],
  ['amazon', /\b(amazon|nova|titan)/],
  ['microsoft', /\b(microsoft|phi)(?![a-z])/],
  ['zhipu', /\b(zhipu|zai|z-ai|glm|chatglm)/],
  ['moonshot', /\b(moonshot|kimi)/],
  ['nvidia', /\b(nvidia|nemotron)/],
  ['minimax', /\bminimax/],
  ['ibm', /\b(ibm|granite)/],
];

/** Those that only serve the models of others. */
const HOSTS = new Set([
  'openrouter',
  'ollama',
  'vllm',
  'llama.cpp',
  'together',
  'groq',
  'fireworks',
  'azure',
  'bedrock',
  'deepinfra',
  'local',
]);

/**
 * The families of a catalogue id, by its names; where no name is known, by whoever serves it.
 *
 * @example familiesOf('openrouter/deepseek/deepseek-r1-distill-llama-70b') // => ['meta', 'deepseek']
 */
export function familiesOf(id: string): string[] {
  const name = id.toLowerCase();
  const found = FAMILIES.filter(([, names]) => names.test(name)).map(([family]) => family);
  if (found.length > 0) return found;
  const [provider = name, ...rest] = name.split('/');
  return [HOSTS.has(provider) ? rest.join('/') : provider];
}

/** The candidates that a judge must not judge: itself and its family, for a model prefers its own words. */
export function kinOf(judge: string, models: readonly string[]): string[] {
  const own = new Set(familiesOf(judge));
  return models.filter((model) => model === judge || familiesOf(model).some((family) => own.has(family)));
}
