import { createHash } from 'node:crypto';

/** A row the simulated model knows the right answer to. */
export type SimulatedRow = { id: string; text: string; split: string; gold: Readonly<Record<string, string>> };

/** What the simulated strong model proposes. */
export type Proposal = 'marker A' | 'marker B' | 'marker C' | 'nothing' | 'schema' | 'gibberish';

/** Words that change what the simulated model gets right, and nothing else. */
export const MARKERS = { A: 'Weigh the hidden constraint.', B: 'Follow the seasonal habit.' } as const;

export type World = {
  rows: readonly SimulatedRow[];
  /** Values of each axis, for wrong answers. */
  values: Readonly<Record<string, readonly string[]>>;
  seed: number;
  /** Share right without any marker. */
  base: number;
  /** What marker A adds on every row; marker B adds on train and dev and takes away on test. */
  gain: number;
  /** Share of rows whose answer depends on every byte of the prompt. */
  noise: number;
  /** What the strong model chooses from. */
  menu: readonly Proposal[];
};

type Message = { role: string; content: string };

/**
 * A model whose truth is known: whether a row comes out right is a draw seeded by the hash of (prompt, row, repeat), at a rate that follows
 * from the markers in the prompt. Wrong answers follow a known confusion matrix. Asked to reflect, it proposes what its menu holds.
 */
export function simulatedModel(world: World): (messages: readonly Message[]) => string {
  const byText = new Map(world.rows.map((row) => [row.text, row]));
  return ([system, user]) => {
    const asked = JSON.parse((user?.content ?? '').split('\n').slice(1, -1).join('\n')) as string | Question;
    if (typeof asked !== 'string') return reflection(asked, world);
    const row = byText.get(asked);
    if (row === undefined) throw new Error(`the simulation does not know \`${asked.slice(0, 60)}\``);
    return JSON.stringify(labelOf(system?.content ?? '', row, world));
  };
}

/** Uniform in [0, 1) from anything. */
export function uniform(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUInt32BE(0) / 4_294_967_296;
}

function labelOf(prompt: string, row: SimulatedRow, { seed, base, gain, noise, values }: World): Record<string, string> {
  const sha = createHash('sha256').update(prompt).digest('hex');
  const perPrompt = uniform(seed, 'fickle', row.id) < noise;
  const draw = perPrompt ? uniform(seed, sha, row.id, 0) : uniform(seed, row.id);
  const atB = row.split === 'test' ? -gain : gain;
  const rate = base + (prompt.includes(MARKERS.A) ? gain : 0) + (prompt.includes(MARKERS.B) ? atB : 0);
  return draw < rate ? { ...row.gold } : wrong(row, values, uniform(seed, 'axis', row.id));
}

/** Six errors in ten are on the first axis, three on the second, one on the last; the value said is the next one. */
function wrong(row: SimulatedRow, values: World['values'], draw: number): Record<string, string> {
  const axes = Object.keys(values);
  const axis = axes[draw < 0.6 ? 0 : draw < 0.9 ? Math.min(1, axes.length - 1) : axes.length - 1] as string;
  const all = values[axis] ?? [];
  const said = all[(all.indexOf(row.gold[axis] as string) + 1) % all.length] as string;
  return { ...row.gold, [axis]: said };
}

type Question = { sections: { name: string; text: string }[]; groups: { wrong: { text: string }[] }[]; lessons: string[] };

/** The same question gets the same answer, whichever process asks. */
function reflection(question: Question, { menu, seed }: World): string {
  const [section] = question.sections;
  const choice = menu[Math.floor(uniform(seed, JSON.stringify(question)) * menu.length)] as Proposal;
  const added: Readonly<Record<Proposal, string>> = {
    'marker A': MARKERS.A,
    'marker B': MARKERS.B,
    'marker C': `Such as: ${question.groups[0]?.wrong[0]?.text ?? ''}`,
    nothing: `Mind case ${Math.floor(uniform(seed, 'n', JSON.stringify(question)) * 1e6)}.`,
    schema: 'Reply with {"risk": "none"} in JSON.',
    gibberish: '',
  };
  if (choice === 'gibberish') return 'I would rather not.';
  const text = `${section?.text ?? ''} ${added[choice]}`;
  return JSON.stringify({ diagnosis: `it needs ${choice}`, section: section?.name ?? '', text, lesson: choice });
}
