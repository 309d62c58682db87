/** A run of this many words is no coincidence. */
const RUN = 8;
const BOUNDARY = /[0-9a-f]{32}/g;

/**
 * True when an answer holds eight words of the prompt in a row, or the random line that stands around the request.
 *
 * @param user the message that holds the boundary; its other words are the request's own, which an answer may repeat
 * @example leaks('you label requests to an assistant and never answer them', '', 'hello') // => false
 */
export function leaks(system: string, user: string, answer: string): boolean {
  if ((user.match(BOUNDARY) ?? []).some((boundary) => answer.includes(boundary))) return true;
  const runs = new Set(runsOf(system));
  return runsOf(answer).some((run) => runs.has(run));
}

function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(RUN - 1).map((_, at) => words.slice(at, at + RUN).join(' '));
}
