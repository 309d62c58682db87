import type { Io } from './io.ts';

const FIRST_MS = 1_000;
const EVERY_MS = 1_000;

/** Tells on standard error how far a long command is: nothing in the first second, then a line a second. */
export function progress(io: Io, verb: string, unit: string): (done: number) => void {
  const started = io.monotonic();
  let due = started + FIRST_MS;
  return (done) => {
    const now = io.monotonic();
    if (now < due) return;
    due = now + EVERY_MS;
    const perSecond = Math.round(done / ((now - started) / 1_000));
    io.talk(`${verb} ${done.toLocaleString('en')} ${unit} (${perSecond.toLocaleString('en')}/s)\n`);
  };
}
