/** A CSV cell that reads back exactly: quoted where it must be. @example cell('a,b') // => '"a,b"' */
export const cell = (text: string): string => (/[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text);
