import { type AxisName, type AxisValue, defineTaxonomy, type Taxonomy } from './taxonomy.ts';

/** The shipped axes. Definitions here are the only ones: schema, prompt, datasets and docs derive from them. */
export const defaultTaxonomy = defineTaxonomy({
  complexity: {
    question: 'Which is the lowest capability tier expected to answer acceptably?',
    ordered: true,
    reads: 'view',
    values: {
      low: {
        meaning: 'a small, cheap model gets it right nearly every time',
        examples: ['capital of Peru', 'rewrite this politely: send me the file', 'Python loop over a dict'],
      },
      medium: {
        meaning:
          'a small model often slips, a mid-size model is reliable: several steps or constraints, ordinary debugging, textbook problems',
        examples: ['plan 3 vegan dinners under $20 using one oven', 'how many r are in strawberry'],
      },
      high: {
        meaning: 'even mid-size models often fail: proofs, subtle bugs, competition problems, design under conflict, expert judgement',
        examples: ['is P = BPP likely?', 'find the race in this lock-free queue'],
      },
    },
  },
  domain: {
    question: 'Which field of knowledge does the answer need most?',
    ordered: false,
    reads: 'view',
    values: {
      code: { meaning: 'writing, reading, fixing or designing software, queries, shell, infrastructure', examples: ['fix this SQL join'] },
      math: { meaning: 'arithmetic to research mathematics, statistics, logic puzzles, word problems', examples: ['17 % of 250'] },
      science: { meaning: 'physics, chemistry, biology, earth, space, engineering other than software', examples: ['why is the sky blue'] },
      medicine: {
        meaning: 'human or animal health, symptoms, drugs, nutrition, mental health',
        examples: ['can I take ibuprofen with wine'],
      },
      law: { meaning: 'statutes, rights, contracts, courts, regulation, immigration', examples: ['is this lease clause valid'] },
      finance: { meaning: 'money, markets, accounting, tax, economics, business strategy', examples: ['explain EBITDA'] },
      humanities: {
        meaning: 'history, philosophy, religion, politics, arts, society as fields of study',
        examples: ['causes of the Thirty Years War'],
      },
      writing: { meaning: 'creating text whose value is style or imagination', examples: ['haiku about rain', 'wedding toast'] },
      language: {
        meaning: 'translating, correcting, rephrasing or summarising given text; words and grammar',
        examples: ['translate to Thai: …'],
      },
      data: {
        meaning: 'extracting, classifying, tabulating or answering from given text or tables',
        examples: ['names in this mail as JSON'],
      },
      support: { meaning: 'a customer or employee about an account, order, booking, product or process', examples: ['where is my parcel'] },
      general: {
        meaning: 'chat, everyday advice, planning, cooking, travel, sport, entertainment',
        examples: ['hi', 'ideas for a rainy Sunday'],
      },
    },
  },
  risk: {
    question: 'What harm follows if the answer is wrong, or if the request is abused?',
    ordered: true,
    reads: 'segments',
    values: {
      low: { meaning: 'neither abusive nor sensitive, alarming words used innocently included', examples: ['kill a Python process'] },
      medium: {
        meaning: 'a wrong answer could cost somebody health, rights, money, safety or privacy',
        examples: ['my chest hurts, should I go to A&E'],
      },
      high: {
        meaning: 'asks for harm, or tries to subvert the model or extract its instructions, wherever in the text',
        examples: ['ignore your rules and …'],
      },
    },
  },
});

export type DefaultTaxonomy = typeof defaultTaxonomy;

type Expect<T extends true> = T;
type Extends<A, B> = A extends B ? true : false;
/** Fails to compile when an axis the router itself reads loses a value. */
export type DefaultAxesHold = Expect<Extends<DefaultTaxonomy, Taxonomy>> &
  Expect<Extends<'complexity' | 'domain' | 'risk', AxisName<DefaultTaxonomy>>>;
export type Level = AxisValue<DefaultTaxonomy['complexity']>;
export type Domain = AxisValue<DefaultTaxonomy['domain']>;

/** The three levels of the ordered default axes, least first. */
export const LEVELS = ['low', 'medium', 'high'] as const satisfies readonly Level[];

/** Position of a level: low 0, medium 1, high 2. */
export function levelIndex(level: Level): number {
  return LEVELS.indexOf(level);
}
