import { choiceHelp } from './keys.js';
import { clip, oneLine, widthOf, wrapText } from './cells.js';
import { span, type Row, type Span } from './rows.js';
import type { StateName, Theme, Tone } from './theme.js';
import { effectOf, hasCards, issueOf, type WizardView } from './wizard-view.js';

/** A text on at most `most` rows, after a mark on the first one. */
export const wrapped = (text: string, width: number, first: string, tone: Span['tone'], most: number): Row[] => {
  const indent = ' '.repeat(widthOf(first));
  const lines = wrapText(oneLine(text), Math.max(8, width - widthOf(first)));
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = clip(`${shown[most - 1] ?? ''} ${lines[most] ?? ''}`, width - widthOf(first));
  return shown.map((line, index) => [span(index === 0 ? first : indent, tone), span(line, tone)]);
};

/** The keys of a question with choices, one a row. */
export const helpRows = (view: WizardView, theme: Theme): Row[] => {
  const keys = choiceHelp({ multiple: view.question?.kind === 'multiselect', cards: hasCards(view), canSave: view.canSave });
  const widest = Math.max(...keys.map(({ key }) => widthOf(key)));
  return keys.map(({ key, label }) => [span(` ${(theme.ascii ? key.replace('↑↓', 'Up/Down').replace('←→', 'Left/Right') : key).padEnd(widest + (theme.ascii ? 9 : 0))}  `, 'accent'), span(label)]);
};

/** What the outside said about input that is not handed in yet: a state with its word. */
const checkRows = ({ check }: WizardView, theme: Theme, width: number, frame: string): Row[] => {
  if (!check) return [];
  if (check.state === 'checking') return [[span(` ${frame} `, 'busy'), span('checking', 'busy'), span(theme.glyph.ellipsis, 'busy')]];
  const good = check.state === 'accepted';
  const words = `${good ? 'accepted' : 'refused'}${check.words === '' ? '' : `: ${check.words}`}`;
  return wrapped(words, width, ` ${theme.state(good ? 'done' : 'failed').icon} `, good ? 'ok' : 'bad', 3);
};

/** What the answer brings about, what is wrong with it, or what the outside says about it. */
export const consequenceRows = (view: WizardView, theme: Theme, width: number, frame: string): Row[] => {
  const marked = (text: string, state: StateName, tone: Tone, most: number): Row[] => wrapped(text, width - 1, ` ${theme.state(state).icon} `, tone, most);
  if (view.help) return helpRows(view, theme);
  if (view.phase === 'checking') return [[span(` ${frame} `, 'busy'), span('checking', 'busy'), span(theme.glyph.ellipsis, 'busy'), span('  Esc stops waiting', 'dim')]];
  const note = view.note === undefined ? [] : view.note.isDone ? marked(view.note.text, 'done', 'ok', 2) : wrapped(view.note.text, width - 1, ` ${theme.glyph.dot} `, undefined, 2);
  if (view.refusal !== undefined) return [...note, ...marked(view.refusal, 'failed', 'bad', 4)];
  const reason = view.reason === undefined ? [] : marked(view.reason, 'degraded', 'warn', 4);
  const issue = issueOf(view);
  if (issue !== undefined) return [...note, ...reason, ...(issue === view.reason ? [] : marked(issue, 'degraded', 'warn', 3))];
  const { effect, warnings } = effectOf(view);
  return [
    ...note,
    ...reason,
    ...checkRows(view, theme, width - 1, frame),
    ...warnings.flatMap((line) => marked(line, 'degraded', 'warn', 3)),
    ...effect.flatMap((line) => wrapped(line, width - 1, ` ${theme.glyph.arrow} `, undefined, 3)),
    ...(view.search === '' ? [] : [[span(` ${theme.glyph.dot} `, 'dim'), span(`jumped to ${view.search}`, 'dim')]]),
  ];
};
