import type { GateCheck } from '../gate.ts';

/** `junit.xml`: one test case per check, for systems that show those. */
export function junitXml(suite: string, checks: readonly GateCheck[]): string {
  const failures = checks.filter(({ pass }) => !pass).length;
  const left = checks.filter(({ skipped }) => skipped === true).length;
  const cases = checks.map(({ name, pass, skipped, found, wanted }) => {
    const open = `  <testcase name="${xml(name)}" classname="${xml(suite)}" time="0"`;
    const message = xml(`found ${found}, wanted ${wanted}`);
    if (skipped === true) return `${open}><skipped message="${xml(found)}"/></testcase>`;
    return pass ? `${open}/>` : `${open}><failure message="${message}">${message}</failure></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${xml(suite)}" tests="${checks.length}" failures="${failures}" errors="0" skipped="${left}" time="0">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

/** Text that cannot leave its attribute or element; characters XML forbids are left out. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&apos;');
}
