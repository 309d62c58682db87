/** `report.md` in its parts: what a pull request shows at once, and what it folds away. */
export type MarkdownReport = {
  /** Title, first screen, rule. */
  head: string;
  /** The figures the verdict rests on. */
  body: string;
  /** Everything they were made of. */
  details: string;
};

/** The whole file: gate and comparison stand right under the first screen, details are folded. */
export function joinMarkdown({ head, body, details }: MarkdownReport, conclusion: string): string {
  const folded = `<details><summary>Everything this was made of</summary>\n\n${details.trim()}\n\n</details>`;
  return `${[head, conclusion, body, folded]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** Sections that have something to say, apart. */
export const sections = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');
