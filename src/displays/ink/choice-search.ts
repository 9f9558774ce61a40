import type { Choice } from '../../tenant/question-types.js';

/** Lists longer than this are found their way in by letters; in shorter ones j, k, g and G move as in an editor. */
export const LONG_LIST = 9;

/**
 * Keys that a slow line has delivered together: `2` and Enter, or a key that is held down. Undefined for everything else, which can only
 * have been pasted.
 */
export const keysIn = (chunk: string): string[] | undefined => (/^(?:[1-9jkgG ?\r]{1,4}|([jk])\1*)$/.test(chunk) ? [...chunk] : undefined);

const isAt = (label: string, wanted: string): boolean => new RegExp(`(?:^|[^\\p{L}\\p{N}])${wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'u').test(label);

const find = (choices: readonly Choice[], from: number, wanted: string): number => {
  const order = choices.map((_choice, index) => (from + index) % choices.length);
  const labels = choices.map(({ label }) => label.toLowerCase());
  const first = order.find((index) => isAt(labels[index] ?? '', wanted));
  return first ?? order.find((index) => labels[index]?.includes(wanted)) ?? -1;
};

/**
 * Jumps to the choice of which a word begins with what was typed so far and now, else to one that has it somewhere. A letter that leads
 * nowhere begins anew; undefined when it leads nowhere then either.
 */
export const searched = (choices: readonly Choice[], cursor: number, before: string, typed: string): { search: string; cursor: number } | undefined => {
  for (const search of before === '' ? [typed] : [before + typed, typed]) {
    // A new search for the same letter goes on to the next one.
    const found = find(choices, search === typed && before !== '' ? cursor + 1 : cursor, search.toLowerCase());
    if (found !== -1) return { search, cursor: found };
  }
  return undefined;
};
