import stringWidth from 'string-width';
import type { CheckState, EngineEvent } from '../../engine/events.js';
import { counted } from '../../tenant/text.js';

/** Wide enough for every title, because lines are printed before the longest is known. */
const TITLE = 14;
const ICONS: Record<CheckState, string> = { ok: '✔', warning: '▲', failed: '✖', 'not-checked': '○' };
const WORDS: Record<CheckState, string> = { ok: '', warning: 'warning: ', failed: 'failed: ', 'not-checked': 'not checked: ' };

/**
 *     ✔ terraform      1.11.4 from PATH, the pinned version: /usr/local/bin/terraform
 *     ▲ Credentials    warning: none were found
 *                      → Make a token in the DCD (Management › Token Manager) and set IONOS_TOKEN.
 */
export const checkLines = ({ title, state, detail, fix }: Extract<EngineEvent, { type: 'check' }>, columns = Infinity): string[] => {
  const indent = ' '.repeat(TITLE + 3);
  const [first = '', ...more] = folded(`${WORDS[state]}${detail}`, columns - indent.length);
  return [`${ICONS[state]} ${title.padEnd(TITLE)} ${first}`, ...more.map((line) => `${indent}${line}`), ...fix.flatMap((line) => folded(`→ ${line}`, columns - indent.length).map((part) => `${indent}${part}`))];
};

/** Broken between words where a line would be longer. A word that is longer by itself, such as a path, stays whole: it is copied. */
const folded = (text: string, width: number): string[] =>
  text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    return last === undefined || stringWidth(`${last} ${word}`) > width ? [...lines, word] : [...lines.slice(0, -1), `${last} ${word}`];
  }, []);

interface Orphan {
  what: string;
  why: string;
  remove: string;
}

/** `Two checks failed, one warning.` */
const summary = (counts: Record<CheckState, number>): string => {
  const parts = [
    ...(counts.failed > 0 ? [`${counted(counts.failed, 'check')} failed`] : []),
    ...(counts.warning > 0 ? [counted(counts.warning, 'warning')] : []),
    ...(counts['not-checked'] > 0 ? [`${counts['not-checked']} not checked`] : []),
    `${counts.ok} in order`,
  ];
  return `${counts.failed > 0 ? '✖' : counts.warning > 0 ? '▲' : '✔'} ${parts.join(', ')}`;
};

/** What `doctor` ends with. The checks were printed already. */
export const doctorLines = (data: { counts?: Record<CheckState, number>; orphans?: readonly Orphan[] }): string[] => {
  if (data.counts) return ['', summary(data.counts), ''];
  const orphans = data.orphans ?? [];
  if (orphans.length === 0) return ['', '✔ Nothing is left of tenants that are not registered.', ''];
  return ['', `▲ ${counted(orphans.length, 'thing')} of tenants that are not registered. Nothing was removed. Look at each before you do:`, '', ...orphans.flatMap(({ what, why, remove }) => [`  ${what}: ${why}`, `    ${remove}`, ''])];
};
