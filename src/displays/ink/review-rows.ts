import type { Proposal } from '../../engine/proposal.js';
import { approvalQuestion, proposalFacts } from '../proposal-facts.js';
import { clip } from './cells.js';
import { factRows } from './fact-rows.js';
import { REVIEW_KEYS, type KeyHint } from './keys.js';
import { BLANK, fitRow, rowOf, span, type Row } from './rows.js';
import type { StateName, Theme, Tone } from './theme.js';
import { pathRow, type BodySize } from './wizard-rows.js';

export interface ReviewView {
  proposal: Proposal;
  /** First row of the plan that is shown, where it does not fit. */
  scroll: number;
  /** Enter and other keys are no answer: a reminder is shown. */
  reminded: boolean;
  /** There are questions to go back to. */
  canGoBack: boolean;
  canSave: boolean;
  /** What became of the last save. */
  saved?: { text: string; isDone: boolean } | undefined;
}

const planRows = (proposal: Proposal, sandbox: boolean, columns: number): Row[] => factRows(proposalFacts(proposal, sandbox), columns);

/** Air above the path, where there is room for it. */
const isAiry = (size: BodySize): boolean => size.rows >= 18;

const roomFor = (size: BodySize): number => Math.max(1, size.rows - 4 - (isAiry(size) ? 1 : 0));

/** How far the plan can be scrolled in this size. */
export const reviewOverflow = (view: ReviewView, sandbox: boolean, size: BodySize): number => Math.max(0, planRows(view.proposal, sandbox, size.columns).length - roomFor(size));

/** The plan, and the question. Never more rows than `size.rows`. */
export const reviewRows = (view: ReviewView, theme: Theme, size: BodySize, sandbox: boolean): Row[] => {
  const { proposal } = view;
  const plan = planRows(proposal, sandbox, size.columns);
  const airy = isAiry(size);
  const room = roomFor(size);
  const from = Math.min(view.scroll, Math.max(0, plan.length - room));
  const shown = plan.slice(from, from + room);
  const hidden = plan.length - shown.length;
  const question: Row = [
    span(` ${approvalQuestion(proposal, sandbox)} `, undefined, true),
    span('y', 'accent'),
    span(' yes  ', undefined),
    span('n', 'accent'),
    span(' no', undefined),
  ];
  // An update has no way of questions behind it.
  const path = proposal.operation === 'update' ? [] : [pathRow('review', theme, size.columns), BLANK];
  return [...(airy ? [BLANK] : []), ...path, ...shown, remarkRow(view, hidden, theme, size.columns), fitRow(question, size.columns, theme.glyph.ellipsis)].slice(0, size.rows);
};

/** Between plan and question, where there is otherwise air. */
const remarkRow = ({ reminded, saved }: ReviewView, hidden: number, theme: Theme, columns: number): Row => {
  const marked = (state: StateName, tone: Tone, text: string): Row => rowOf(` ${theme.state(state).icon} ${clip(text, columns - 4, theme.glyph.ellipsis)}`, tone);
  if (reminded) return marked('degraded', 'warn', 'press y or n');
  if (saved) return saved.isDone ? marked('done', 'ok', saved.text) : marked('failed', 'bad', saved.text);
  return hidden > 0 ? rowOf(` ${theme.glyph.ellipsis} ${hidden} more rows: scroll`, 'dim') : BLANK;
};

/** The keys of the review. */
export const reviewFooter = ({ canGoBack, canSave }: ReviewView, canScroll: boolean): { status: readonly string[]; keys: KeyHint[] } => ({
  status: ['Nothing has been changed yet', 'Nothing changed yet', ''],
  keys: [...(canScroll ? [REVIEW_KEYS.scroll] : []), ...(canSave ? [REVIEW_KEYS.save] : []), ...(canGoBack ? [REVIEW_KEYS.back] : []), canGoBack ? REVIEW_KEYS.no : REVIEW_KEYS.leave, REVIEW_KEYS.yes],
});
