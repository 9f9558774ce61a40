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
export const checkLines = ({ title, state, detail, fix }: Extract<EngineEvent, { type: 'check' }>): string[] => [
  `${ICONS[state]} ${title.padEnd(TITLE)} ${WORDS[state]}${detail}`,
  ...fix.map((line) => `${' '.repeat(TITLE + 3)}→ ${line}`),
];

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
