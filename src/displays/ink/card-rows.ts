import type { Choice } from '../../tenant/question-types.js';
import { cell, clip, oneLine, widthOf, wrapText } from './cells.js';
import { span, type Row, type Span } from './rows.js';
import type { Theme, Tone } from './theme.js';
import { hasCards, type WizardView } from './wizard-view.js';

/** From this width on choices are drawn as cards. */
export const CARD_COLUMNS = 100;
/** A card wider than this is mostly air. */
const WIDEST = 38;
const GAP = 2;
const SUMMARY_LINES = 2;
const MOST_CARDS = 4;

/** The rows inside a card, each exactly `inner` columns. */
const insideOf = (choice: Choice, { index, here, facts, inner, airy }: { index: number; here: boolean; facts: number; inner: number; airy: boolean }, theme: Theme): Row[] => {
  const tone: Tone | undefined = choice.disabled !== undefined ? 'dim' : undefined;
  const filled = (row: Row): Row => [...row, span(' '.repeat(Math.max(0, inner - row.reduce((sum, { text }) => sum + widthOf(text), 0))))];
  const title = `${here ? theme.glyph.pointer : ' '} ${index + 1} `;
  const words = wrapText(oneLine(choice.disabled ?? choice.card?.summary ?? ''), inner);
  const summary = Array.from({ length: SUMMARY_LINES }, (_, line) => (line === SUMMARY_LINES - 1 ? clip(words.slice(line).join(' '), inner, theme.glyph.ellipsis) : (words[line] ?? '')));
  const labelWidth = Math.max(0, ...(choice.card?.facts ?? []).map(({ label }) => widthOf(label))) + 2;
  return [
    filled([span(title, here ? 'accent' : 'dim'), span(clip(choice.label, inner - widthOf(title), theme.glyph.ellipsis), here ? 'accent' : tone, tone === undefined)]),
    ...summary.map((line) => filled([span(line, choice.disabled === undefined ? 'dim' : 'warn')])),
    ...(airy ? [filled([])] : []),
    ...Array.from({ length: facts }, (_, line) => {
      const fact = choice.card?.facts[line];
      return fact === undefined ? filled([]) : filled([span(cell(fact.label, labelWidth), 'dim'), span(clip(fact.text, inner - labelWidth, theme.glyph.ellipsis), tone)]);
    }),
  ];
};

/** How many rows the cards take at least; undefined where choices are no cards, or where there is no room for them beside each other. */
export const cardHeight = (view: WizardView, columns: number): number | undefined => {
  if (!hasCards(view) || columns < CARD_COLUMNS || view.choices.length > MOST_CARDS) return undefined;
  return 2 + 1 + SUMMARY_LINES + Math.max(...view.choices.map(({ card }) => card?.facts.length ?? 0));
};

/**
 * The choices side by side, the chosen one with a pointer and a border in the accent's tone.
 *
 *     ╭────────────────────────╮  ╭────────────────────────╮
 *     │ ❯ 1 small              │  │   2 medium             │
 */
export const cardRows = (view: WizardView, theme: Theme, columns: number, airy: boolean): Row[] => {
  const { choices, cursor } = view;
  const { box } = theme.glyph;
  const width = Math.min(WIDEST, Math.floor((columns - 2 - GAP * (choices.length - 1)) / choices.length));
  const facts = Math.max(...choices.map(({ card }) => card?.facts.length ?? 0));
  const cards = choices.map((choice, index): Row[] => {
    const here = index === cursor;
    const tone = here ? 'accent' : 'dim';
    const rule = theme.glyph.rule.repeat(width - 2);
    return [
      [span(`${box.topLeft}${rule}${box.topRight}`, tone)],
      ...insideOf(choice, { index, here, facts, inner: width - 4, airy }, theme).map((row): Row => [span(`${box.side} `, tone), ...row, span(` ${box.side}`, tone)]),
      [span(`${box.bottomLeft}${rule}${box.bottomRight}`, tone)],
    ];
  });
  return (cards[0] ?? []).map((_row, line) => cards.flatMap((card, index): Span[] => [span(index === 0 ? ' ' : ' '.repeat(GAP)), ...(card[line] ?? [])]));
};
