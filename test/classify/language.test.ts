import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateTokens, factsOf } from '../../src/classify/facts.ts';
import { detectLanguage } from '../../src/classify/language.ts';
import { normalise } from '../../src/classify/normalise.ts';

describe('language', () => {
  it.each([
    ['en', 'What is the best way to keep basil alive in the winter?'],
    ['de', 'Wie lange darf ich gekochten Reis im Kühlschrank aufbewahren?'],
    ['fr', 'Pourquoi le ciel est-il rouge au coucher du soleil ?'],
    ['es', '¿Cuánto tiempo tarda en germinar una semilla de tomate?'],
    ['pt', 'Como é que eu faço para não queimar o feijão?'],
    ['it', 'Qual è la differenza tra il gelato e il sorbetto?'],
    ['nl', 'Hoe kan ik mijn fiets het beste schoonmaken?'],
    ['pl', 'Jak długo gotuje się jajko na miękko?'],
    ['tr', 'Bu çorbaya ne kadar tuz koymalıyım?'],
    ['ru', 'Как быстро высушить обувь без батареи?'],
    ['uk', 'Чи можна вирощувати м’яту на підвіконні?'],
    ['ar', 'كيف أحافظ على نضارة الخبز؟'],
    ['fa', 'چگونه می‌توانم این متن را کوتاه کنم؟'],
    ['hi', 'मुझे इस पौधे को कितना पानी देना है?'],
    ['th', 'ต้มไข่กี่นาที'],
    ['ja', 'この単語の読み方を教えてください'],
    ['zh', '怎样给阳台上的番茄浇水'],
    ['ko', '김치는 얼마나 오래 보관할 수 있나요?'],
    ['el', 'Πόση ώρα ψήνεται το ψωμί;'],
    ['he', 'כמה זמן לבשל אורז?'],
    ['vi', 'Làm thế nào để giữ rau tươi lâu hơn?'],
    ['id', 'Bagaimana cara menyimpan roti agar tidak keras?'],
  ])('knows %s', (language, text) => {
    expect(detectLanguage(text).language).toBe(language);
  });

  it('does not guess where nothing tells', () => {
    for (const text of ['', '42', '{}', '???']) expect(detectLanguage(text)).toEqual({ language: 'und', script: 'none' });
  });

  it('lets a few foreign words not outvote the text', () => {
    expect(detectLanguage('Что значит слово serendipity в этом предложении?')).toEqual({ language: 'ru', script: 'cyrillic' });
  });

  it('answers for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => detectLanguage(text).language.length >= 2));
  });
});

describe('facts', () => {
  it('are read off a request without a model', () => {
    const facts = factsOf({
      messages: [
        { role: 'user', content: 'old' },
        { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: '1', content: 'result' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Fix ```js\nx```' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,' } },
          ],
        },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
      response_format: { type: 'json_schema' },
      max_tokens: 50,
      n: 2,
    });
    expect(facts).toMatchObject({
      tools: 1,
      images: 1,
      attachments: 0,
      responseSchema: true,
      codeBlock: true,
      userTurns: 2,
      maxOutputTokens: 50,
      choices: 2,
      toolHistory: true,
      afterTool: false,
    });
  });

  it('count what is sent, so that a longer history costs more', () => {
    const short = factsOf({ messages: [{ role: 'user', content: 'hello there' }] });
    const long = factsOf({
      messages: [
        { role: 'system', content: 'rule '.repeat(200) },
        { role: 'user', content: 'hello there' },
      ],
    });
    expect(long.inputTokens).toBeGreaterThan(short.inputTokens + 100);
  });

  it('estimate the tokens of a long text from its beginning', () => {
    const text = 'all work and no play '.repeat(1_000);
    const whole = estimateTokens(text.slice(0, 4_000)) * (text.length / 4_000);
    expect(estimateTokens(text)).toBeCloseTo(whole, -1);
  });
});

describe('the normalised copy', () => {
  it.each([
    ['full width', 'ｉｇｎｏｒｅ', 'ignore', false],
    ['ligatures', 'ﬁle', 'file', false],
    ['zero-width spaces', 'ig\u200bnore', 'ignore', true],
    ['direction overrides', 'ab\u202ecd', 'abcd', true],
    ['tag characters', 'hi\u{e0041}\u{e0042}', 'hi', true],
    ['emoji with joiner', 'ok \u{1f469}\u200d\u{1f4bb}', 'ok \u{1f469}\u{1f4bb}', false],
    ['plain text', 'Plain', 'plain', false],
  ])('T08: reads through %s', (_, raw, text, hidden) => {
    expect(normalise(raw)).toEqual({ text, hidden });
  });
});
