import { chinaId, codiceFiscale, cpf, dni, hetu, iban, isDay, luhn, nir, pesel, tckn, verhoeff } from './checksums.ts';

/** A number that names a person or an account: its shape, and the check that tells it from any other number of that shape. */
type PersonalNumber = { name: string; shape: RegExp; valid: (text: string) => boolean };

const always = () => true;
const day = (text: string, dayAt: number, monthAt: number): boolean =>
  isDay(Number(text.slice(dayAt, dayAt + 2)), Number(text.slice(monthAt, monthAt + 2)));

/** Shapes are of bounded length and stand alone, so each is found in one pass. */
const NUMBERS: readonly PersonalNumber[] = [
  {
    name: 'card',
    shape: /(?<![\d.-])(?:[3-6]\d{12,18}|[3-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}|3[47]\d{2}([ -])\d{6}\2\d{5})(?![\d-])/g,
    valid: luhn,
  },
  { name: 'iban', shape: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?/g, valid: iban },
  { name: 'us-ssn', shape: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, valid: always },
  { name: 'uk-nino', shape: /\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b/g, valid: always },
  { name: 'es-dni', shape: /\b(?:\d{8}|[XYZ]-?\d{7})-?[A-Z]\b/g, valid: dni },
  { name: 'br-cpf', shape: /(?<![\d.])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{11})(?!\d)/g, valid: cpf },
  { name: 'pl-pesel', shape: /(?<![\d.,-])\d{11}(?!\d)/g, valid: pesel },
  { name: 'tr-tckn', shape: /(?<![\d.,-])[1-9]\d{10}(?!\d)/g, valid: tckn },
  { name: 'fr-nir', shape: /(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)/g, valid: nir },
  { name: 'cn-id', shape: /(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?!\d)/g, valid: chinaId },
  { name: 'in-aadhaar', shape: /(?<![\d-])[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?![\d-]| \d)/g, valid: verhoeff },
  { name: 'fi-hetu', shape: /(?<!\d)\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y]\b/g, valid: hetu },
  { name: 'se-personnummer', shape: /(?<!\d)\d{6}[-+]\d{4}(?![\d-])/g, valid: (text) => day(text, 4, 2) && luhn(text) },
  { name: 'kr-rrn', shape: /(?<!\d)\d{6}-[1-8]\d{6}(?![\d-])/g, valid: (text) => day(text, 4, 2) },
];
const CODICE_FISCALE = /\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b/;
/** Texts without six digits close together hold none of the numbers. */
const SIX_DIGITS = /\d[\d .+-]{0,2}\d[\d .-]{0,2}\d[\d .-]{0,2}\d[\d .-]{0,2}\d[\d .-]{0,2}\d/;
const PHONE = /(?<![\d.])(?:\+|00|\(0?\d{2,4}\) ?|0)[1-9][\d ()/.-]{6,14}\d/;
const DOMAIN = /[a-z0-9-]{1,63}\.[a-z]{2}/iy;

/**
 * True when a text holds a card number, an IBAN or a national identity number that passes its own check, or an e-mail address beside a phone number.
 *
 * @example holdsPersonalData('card 4111 1111 1111 1111') // => true
 */
export function holdsPersonalData(text: string): boolean {
  if (SIX_DIGITS.test(text)) {
    if (NUMBERS.some(({ shape, valid }) => hasValid(text, shape, valid))) return true;
    if (text.includes('@') && holdsEmail(text) && PHONE.test(text)) return true;
  }
  const fiscal = CODICE_FISCALE.exec(text)?.[0];
  return fiscal !== undefined && codiceFiscale(fiscal);
}

/** The shapes are used in place: `matchAll` would copy each one on every call, at the price of the search itself. */
function hasValid(text: string, shape: RegExp, valid: (found: string) => boolean): boolean {
  shape.lastIndex = 0;
  for (let match = shape.exec(text); match !== null; match = shape.exec(text)) if (valid(match[0])) return true;
  return false;
}

/** Looks around each `@`, since a pattern that opened with the name would read it again from every letter. */
function holdsEmail(text: string): boolean {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    DOMAIN.lastIndex = at + 1;
    if (at > 0 && /[\w%+-]/.test(text[at - 1] as string) && DOMAIN.test(text)) return true;
  }
  return false;
}
