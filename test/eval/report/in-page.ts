/** Scripts run inside the page, as text: this project knows no DOM types. */

/** Lightness of ink and of paper, 0..1. */
export const LIGHTNESS = `(() => {
  const { color, backgroundColor } = getComputedStyle(document.body);
  const light = (rgb) => (rgb.match(/\\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765;
  return [light(color), light(backgroundColor)];
})()`;

/** Pairs of texts that lie on one another in a drawing that is shown, or leave it. */
export const OVERLAPS = `(() => {
  const drawings = [...document.querySelectorAll('figure svg:not(.key)')].filter((svg) => getComputedStyle(svg).display !== 'none');
  return drawings.flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map((each) => ({ text: each.textContent, box: each.getBoundingClientRect() }));
    const leaves = ({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    const touch = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
    const pairs = texts.flatMap((one, index) => texts.slice(index + 1).filter(({ box }) => touch(one.box, box)).map((other) => one.text + ' / ' + other.text));
    return [...texts.filter(leaves).map(({ text }) => text + ' leaves the drawing'), ...pairs];
  });
})()`;

/** Attributes that run, style or fetch. */
export const ACTIVE_ATTRIBUTES = `[...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style' || name === 'src' || name === 'srcset'))`;

/** Turns every page and opens every row; gives back how many there were. */
export const OPEN_ALL_ROWS = `(() => {
  const next = document.getElementById('rows-next');
  let opened = 0;
  for (;;) {
    for (const button of document.querySelectorAll('.opener')) { button.click(); opened++; }
    if (next.disabled) return opened;
    next.click();
  }
})()`;

/** What has the focus, and how it is outlined. */
export const FOCUS = `[document.activeElement.id || document.activeElement.className || document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]`;

export const FOCUSED_OPENER = `[...document.querySelectorAll('.opener')].indexOf(document.activeElement)`;

export const WIDTH = 'document.documentElement.scrollWidth';

export const PAPER = 'getComputedStyle(document.body).backgroundColor';

/** Reads a text as XML: its test cases, or what is wrong with it. */
export const xmlCases = (xml: string): string => `(() => {
  const parsed = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
  const fault = parsed.querySelector('parsererror');
  if (fault !== null) return fault.textContent;
  return [...parsed.querySelectorAll('testsuite > testcase')].map((each) => each.getAttribute('name'));
})()`;
