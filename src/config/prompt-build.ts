import { promptHead } from '../classify/head.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { parsePrompt } from '../prompts/load.ts';

/** A prompt as a harness needs it: its version, its size, and what it has shown the model already. */
export type PromptPlan = {
  /** First 12 hexadecimal digits of the SHA-256 of the file. */
  hash: string;
  /** Characters of what is sent with every request: the `# System` part with taxonomy and few-shots in place. */
  headCharacters: number;
  maxOutputTokens: number;
  /** Texts of the few-shots. */
  fewshots: readonly string[];
};

/**
 * Checks a prompt before anything is asked with it.
 *
 * @param where the file's name, for errors
 * @throws RouterError `prompt.invalid` with what to mend
 */
export async function promptPlan(text: string, where: string, taxonomy: Taxonomy): Promise<PromptPlan> {
  const prompt = await parsePrompt(text, where);
  const { hash, maxOutputTokens, fewshots } = prompt;
  return { hash, maxOutputTokens, headCharacters: promptHead(prompt, taxonomy).length, fewshots: fewshots.map((shot) => shot.text) };
}
