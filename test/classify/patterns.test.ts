import { describe, expect, test } from 'vitest';
import { Automaton, GAP, SKIP } from '../../src/classify/patterns/automaton.ts';
import { codiceFiscale, iban, luhn, verhoeff } from '../../src/classify/patterns/checksums.ts';
import { holdsPersonalData } from '../../src/classify/patterns/personal.ts';
import { holdsSecret } from '../../src/classify/patterns/secrets.ts';

describe('automaton', () => {
  const fold = (code: number) => (code === 32 ? GAP : code === 45 ? SKIP : code);
  const scan = (phrases: string[], text: string) => {
    const hits: string[] = [];
    new Automaton(
      phrases.map((phrase, role) => ({ text: phrase, role })),
      fold,
    ).scan(text, (role, end) => hits.push(`${phrases[role]}@${end}`));
    return hits;
  };

  test('finds every phrase, also inside and across others', () => {
    expect(scan(['he', 'she', 'his', 'hers'], 'ushers')).toEqual(['she@4', 'he@4', 'hers@6']);
  });

  test('counts both ends of the text and runs of blanks as one gap', () => {
    expect(scan([' a b '], 'a    b')).toEqual([' a b @7']);
    expect(scan([' a'], 'xa a')).toEqual([' a@4']);
  });

  test('passes over what is to be skipped, in phrases and texts', () => {
    expect(scan(['a-b'], 'a--b')).toEqual(['a-b@4']);
  });

  test('agrees with a plain search on everything', () => {
    const phrases = ['aab', 'ab', 'b', 'abba', 'bab'];
    for (let seed = 0; seed < 200; seed++) {
      const text = seed.toString(2).replaceAll('0', 'a').replaceAll('1', 'b');
      const places = [...Array(text.length).keys()];
      const expected = phrases.flatMap((phrase) =>
        places.filter((at) => text.startsWith(phrase, at)).map((at) => `${phrase}@${at + phrase.length}`),
      );
      expect(scan(phrases, text).toSorted()).toEqual(expected.toSorted());
    }
  });
});

/** Put together here, so that nobody's scanner takes this file for a leak. */
const KEYS: Readonly<Record<string, string>> = {
  'a private key': `-----BEGIN ${'RSA PRIVATE'} KEY-----\nMIIE`,
  'an AWS key': `AKIA${'IOSFODNN7ABCDEFG'}`,
  'a Google key': `AIza${'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'}`,
  'a GitHub token': `ghp_${'a1B2'.repeat(9)}`,
  'a fine-grained GitHub token': `github_pat_${'A1b2'.repeat(6)}`,
  'a GitLab token': `glpat-${'a1b2c'.repeat(4)}`,
  'a Slack token': `xoxb-${'123456789012-abcdef'}`,
  'an OpenAI key': `sk-proj-${'a1B2c3D4'.repeat(4)}`,
  'a Stripe key': `sk_live_${'a1B2c3D4'.repeat(2)}`,
  'an npm token': `npm_${'a1B2c3'.repeat(6)}`,
  'a Hugging Face token': `hf_${'abcdefghij'.repeat(3)}`,
  'a JSON web token': `eyJ${'hbGciOiJI'}.eyJ${'zdWIiOiIx'}.${'a1b2c3d4e5'}`,
  'an Azure storage key': `AccountKey=${'a1B2'.repeat(21)}==`,
  'a password': `password: "${'hunter2-Is-Mine'}"`,
};

describe('secrets', () => {
  test.each(Object.entries(KEYS))('%s is one', (_, key) => {
    expect(holdsSecret(`config:\n  ${key}\n`)).toBe(true);
  });

  test.each([
    'How do I rotate an API key?',
    'password: <your password here>',
    'api_key = process.env.OPENAI_API_KEY',
    'OPENAI_API_KEY="sk-your-key-goes-here-please"',
    'sk-learn-contrib-hdbscan-is-a-package',
    'the secret: patience, always patience',
    'secret_key = "changeme-changeme-1"',
  ])('%s is none', (text) => {
    expect(holdsSecret(text)).toBe(false);
  });
});

describe('personal data', () => {
  test.each([
    ['a card', 'pay with 4111 1111 1111 1111, exp 12/27'],
    ['a card without blanks', 'card 5500005555555559'],
    ['an American Express card', '3782 822463 10005'],
    ['an IBAN', 'to DE89 3704 0044 0532 0130 00 please'],
    ['an IBAN without blanks', 'IBAN GB82WEST12345698765432.'],
    ['a US social security number', 'SSN 219-09-9999'],
    ['a British national insurance number', 'NI number AB 12 34 56 C'],
    ['a Spanish DNI', 'mi DNI es 12345678Z'],
    ['a Spanish NIE', 'NIE X1234567L'],
    ['an Italian codice fiscale', 'RSSMRA85T10A562S'],
    ['a Brazilian CPF', 'CPF 529.982.247-25'],
    ['a Polish PESEL', 'PESEL 44051401359'],
    ['a Turkish identity number', 'T.C. 10000000146'],
    ['a French NIR', '1 85 05 78 006 084 91'],
    ['a Chinese resident number', '身份证 11010519491231002X'],
    ['an Indian Aadhaar', 'Aadhaar 2341 2341 2346'],
    ['a Finnish identity code', 'hetu 131052-308T'],
    ['a Swedish personal number', 'personnummer 811218-9876'],
    ['a Korean resident number', '주민등록번호 820701-2409184'],
    ['an e-mail address beside a phone number', 'Reach Ada at ada@calc.example or +44 20 7946 0018'],
  ])('%s is some', (_, text) => {
    expect(holdsPersonalData(text)).toBe(true);
  });

  test.each([
    ['a card that fails its check', '4111 1111 1111 1112'],
    ['an IBAN that fails its check', 'DE88 3704 0044 0532 0130 00'],
    ['a DNI with the wrong letter', '12345678A'],
    ['an e-mail address alone', 'write to info@shop.example'],
    ['a phone number alone', 'call +44 20 7946 0018'],
    ['dates and sums', 'from 12.03.2024 to 2024-04-15: 1,204,500.00 EUR, order 2024-000817'],
    ['a long number', '3141592653589793238462643383279502884197'],
    ['a version and an address', 'v10.15.7 at 192.168.100.200:8080'],
    ['eleven equal digits', '111.111.111-11'],
  ])('%s is none', (_, text) => {
    expect(holdsPersonalData(text)).toBe(false);
  });
});

describe('checks', () => {
  test('follow their published examples', () => {
    expect([luhn('79927398713'), luhn('79927398710')]).toEqual([true, false]);
    expect([iban('FR14 2004 1010 0505 0001 3M02 606'), iban('XX00')]).toEqual([true, false]);
    expect([verhoeff('2363'), verhoeff('2364')]).toEqual([true, false]);
    expect([codiceFiscale('MRTMTT91D08F205J'), codiceFiscale('MRTMTT91D08F205K')]).toEqual([true, false]);
  });
});
