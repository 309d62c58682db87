const digitsOf = (text: string): number[] => Array.from(text.replace(/\D/g, ''), Number);
const weigh = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);

/** Luhn's check of payment cards and some national numbers; anything but digits is passed over. Source: ISO/IEC 7812-1. @example luhn('4111111111111111') // => true */
export function luhn(text: string): boolean {
  let [sum, count] = [0, 0];
  for (let at = text.length - 1; at >= 0; at--) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    sum += count % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
    count += 1;
  }
  return count > 1 && sum % 10 === 0;
}

/** Length of an IBAN by country. Source: SWIFT IBAN registry. */
const IBAN_LENGTH: Readonly<Record<string, number>> = {
  ...{ AD: 24, AE: 23, AT: 20, BA: 20, BE: 16, BG: 22, BR: 29, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FR: 27 },
  ...{ GB: 22, GE: 22, GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IL: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LI: 21, LT: 20 },
  ...{ LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MT: 31, NL: 18, NO: 15, PK: 24, PL: 28, PT: 25, QA: 29, RO: 24, RS: 22, SA: 24 },
  ...{ SE: 24, SI: 19, SK: 24, SM: 27, TN: 24, TR: 26, UA: 29, XK: 20 },
};

/**
 * True when a text opens with a valid IBAN; blanks are passed over, and what follows its country's length is not looked at.
 * Source: ISO 13616, remainder 1 modulo 97.
 *
 * @example iban('DE89 3704 0044 0532 0130 00') // => true
 */
export function iban(text: string): boolean {
  const compact = text.replace(/ /g, '');
  const length = IBAN_LENGTH[compact.slice(0, 2)];
  if (length === undefined || compact.length < length) return false;
  const turned = compact.slice(4, length) + compact.slice(0, 4);
  let rest = 0;
  for (let at = 0; at < turned.length; at++) {
    const code = turned.charCodeAt(at);
    rest = (code < 65 ? rest * 10 + code - 48 : rest * 100 + code - 55) % 97;
  }
  return rest === 1;
}

/** True when digits spell a day as `yymmdd` or `ddmmyy`. */
export function isDay(day: number, month: number): boolean {
  return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/** Spain's DNI and NIE: the letter is the number modulo 23. */
export function dni(text: string): boolean {
  const number = Number(
    text
      .slice(0, -1)
      .replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
      .replace(/\D/g, ''),
  );
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === text.at(-1);
}

/** Brazil's CPF: two check digits modulo 11; eleven equal digits pass the sums but are never given out. */
export function cpf(text: string): boolean {
  const digits = digitsOf(text);
  const check = (count: number) =>
    ((digits.slice(0, count).reduce((sum, digit, index) => sum + digit * (count + 1 - index), 0) * 10) % 11) % 10;
  return new Set(digits).size > 1 && check(9) === digits[9] && check(10) === digits[10];
}

/** Poland's PESEL: weights 1 3 7 9, and a possible birthday; the month also holds the century. */
export function pesel(text: string): boolean {
  const digits = digitsOf(text);
  const [month, day] = [Number(text.slice(2, 4)) % 20, Number(text.slice(4, 6))];
  return isDay(day, month) && weigh(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** Turkey's identity number: two check digits. */
export function tckn(text: string): boolean {
  const digits = digitsOf(text);
  const tenth = (7 * weigh(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]) - weigh(digits, [0, 1, 0, 1, 0, 1, 0, 1])) % 10;
  const eleventh = digits.slice(0, 10).reduce((sum, digit) => sum + digit, 0) % 10;
  return digits[0] !== 0 && (tenth + 10) % 10 === digits[9] && eleventh === digits[10];
}

/** France's NIR: the key is 97 minus the number modulo 97; Corsica's letters count as 19 and 18. */
export function nir(text: string): boolean {
  const compact = text.replace(/\s/g, '').replace('2A', '19').replace('2B', '18');
  return 97n - (BigInt(compact.slice(0, 13)) % 97n) === BigInt(compact.slice(13));
}

/** China's resident number: ISO 7064 modulo 11-2, and a possible birthday. */
export function chinaId(text: string): boolean {
  const sum = weigh(Array.from(text.slice(0, 17), Number), [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return isDay(Number(text.slice(12, 14)), Number(text.slice(10, 12))) && '10X98765432'[sum % 11] === text.at(-1)?.toUpperCase();
}

const DIHEDRAL = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTED = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258'];

/** Verhoeff's check of India's Aadhaar number. Source: Verhoeff 1969, Math. Centre Tracts 29. */
export function verhoeff(text: string): boolean {
  const digits = digitsOf(text).toReversed();
  return digits.reduce((check, digit, index) => Number(DIHEDRAL[check]?.[Number(PERMUTED[index % 8]?.[digit])]), 0) === 0;
}

/** Finland's identity code: the character is the nine digits modulo 31. */
export function hetu(text: string): boolean {
  const number = Number(text.slice(0, 6) + text.slice(7, 10));
  return isDay(Number(text.slice(0, 2)), Number(text.slice(2, 4))) && '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === text.at(-1);
}

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italy's codice fiscale: the last letter is a weighted sum modulo 26. */
export function codiceFiscale(text: string): boolean {
  const sum = Array.from(text.slice(0, 15)).reduce((total, character, index) => {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    return total + (index % 2 === 0 ? (ODD[value] ?? 0) : value);
  }, 0);
  return String.fromCharCode(65 + (sum % 26)) === text.at(-1);
}
