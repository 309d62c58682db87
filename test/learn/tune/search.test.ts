import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MARKERS, type Proposal } from '../../../evals/prove/simulated-model.ts';
import { dataOf, SMALL_PROMPT, simulatedOptions, simulatedParts, worldOf } from '../../../evals/prove/tune-world.ts';
import { inFolder, tuned } from '../../../evals/prove/tuning.ts';
import { inspectPrompt } from '../../../src/config/tune-build.ts';
import { withFewShots } from '../../../src/learn/tune/sections.ts';
import { tunePrompt } from '../../../src/learn/tune/tune.ts';
import { gold } from './helpers.ts';

const FEW = { train: 50, dev: 90, test: 90 };
const world = (menu: readonly Proposal[]) => worldOf(menu, 21, FEW);

describe('a search', () => {
  it('makes room for a patch by leaving a few-shot out, where few-shots may change, and measures what their order does', async () => {
    await inFolder(async (folder) => {
      const shots = ['one', 'two', 'three'].map((word) => ({ text: `a request about ${word}`, label: gold('low') }));
      const prompt = withFewShots(SMALL_PROMPT, shots) ?? '';
      writeFileSync(join(folder, 'classify.md'), prompt);
      const { tokens } = await inspectPrompt(prompt, 'x');
      const room = { maxPromptTokens: tokens, patience: 1 };
      const { ending, trials } = await tuned(world(['marker A']), folder, { ...room, mode: 'both' });
      expect(trials.find(({ what }) => what === 'section Complexity, few-shot 1 left out')).toMatchObject({ outcome: 'better' });
      expect(ending).toMatchObject({ kind: 'accepted', order: { shuffles: 3, rows: 64, flips: expect.any(Number) } });
      const written = readFileSync(join(folder, 'classify.candidate.md'), 'utf8');
      expect(written).toContain(MARKERS.A);
      expect((await inspectPrompt(written, 'x')).tokens).toBeLessThanOrEqual(tokens);
      const edited = await tuned(world(['marker A']), folder, { ...room, mode: 'edit' });
      expect(edited.trials.at(-1)).toMatchObject({ outcome: 'rejected', why: expect.stringMatching(/more than \d+/) });
    });
  });

  it('counts patience by what was asked, and gives up after as many rejections in a row', async () => {
    const { trials, spentUsd } = await inFolder((folder) => tuned(world(['gibberish']), folder, { patience: 3 }));
    expect(trials.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(3);
    expect(spentUsd).toBeGreaterThan(0);
  });

  it('changes few-shots alone when told so', async () => {
    const { trials } = await inFolder((folder) => tuned(world(['marker A']), folder, { mode: 'fewshot', patience: 2 }));
    expect(new Set(trials.slice(2).map(({ origin }) => origin))).toEqual(new Set(['few-shots']));
  });

  it('gives the same story for the same seed', async () => {
    const stories = await Promise.all(
      [1, 2].map(() =>
        inFolder((folder) =>
          tuned(world(['marker A', 'nothing']), folder).then(({ trials }) => JSON.stringify(trials.map(({ what: _, ...trial }) => trial))),
        ),
      ),
    );
    expect(stories[0]).toBe(stories[1]);
  });

  it('puts the prompt back when the ordinary path does not give the same score', async () => {
    await inFolder(async (folder) => {
      const here = world(['marker A']);
      const parts = simulatedParts(here, { labels: 0, reflections: 0 });
      const options = simulatedOptions(folder, { apply: true });
      // A run time that reads another prompt from the file it is given than the tuner measured.
      const classifierFor: typeof parts.classifierFor = (file) =>
        parts.classifierFor(file === options.promptFile ? join(folder, 'other.md') : file);
      writeFileSync(join(folder, 'other.md'), SMALL_PROMPT.replace('Risk: the worst part counts.', 'Risk: of another kind.'));
      await expect(tunePrompt(dataOf(here), options, { ...parts, classifierFor })).rejects.toMatchObject({ code: 'eval.invalid' });
      expect(readFileSync(options.promptFile, 'utf8')).toBe(SMALL_PROMPT);
    });
  });

  it('leaves a prompt alone that was edited while the run was on', async () => {
    await inFolder(async (folder) => {
      const here = world(['marker A']);
      const options = simulatedOptions(folder, { apply: true });
      const parts = simulatedParts(here, { labels: 0, reflections: 0 });
      const edited = `${SMALL_PROMPT}\n`;
      const tell = (line: string) => {
        if (line.includes('marker') || line.includes('patch')) writeFileSync(options.promptFile, edited);
      };
      const outcome = await tunePrompt(dataOf(here), options, { ...parts, tell });
      expect(outcome).toMatchObject({ result: { ending: { kind: 'accepted', written: options.candidateFile } } });
      expect(readFileSync(options.promptFile, 'utf8')).toBe(edited);
    });
  });

  it('never asks for a row twice, and never lets dev or test into a question', async () => {
    await inFolder(async (folder) => {
      const here = world(['nothing', 'marker A']);
      const parts = simulatedParts(here, { labels: 0, reflections: 0 });
      const asked = new Map<string, number>();
      const questions: string[] = [];
      const classifierFor: typeof parts.classifierFor = async (file) => {
        const inner = await parts.classifierFor(file);
        return {
          ...inner,
          classify: (request, signal) => {
            const key = `${file} ${request.id}`;
            if (file.includes('/prompts/')) asked.set(key, (asked.get(key) ?? 0) + 1);
            return inner.classify(request, signal);
          },
        };
      };
      const ask: typeof parts.reflector.ask = (question, turn) => {
        questions.push(JSON.stringify(question));
        return parts.reflector.ask(question, turn);
      };
      const reflector = { ...parts.reflector, ask };
      await tunePrompt(dataOf(here), simulatedOptions(folder), { ...parts, classifierFor, reflector });
      expect([...asked.values()].filter((count) => count > 1)).toEqual([]);
      expect(questions.length).toBeGreaterThan(0);
      const sealed = here.rows.filter(({ split }) => split !== 'train');
      expect(sealed.filter(({ text, id }) => questions.some((question) => question.includes(text) || question.includes(id)))).toEqual([]);
    });
  });
});
