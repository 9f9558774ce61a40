import type { Proposal } from '../../engine/proposal.js';
import { approvalQuestion, proposalFacts } from '../proposal-facts.js';
import { factRows } from './fact-rows.js';
import { BLANK, span, type Row } from './rows.js';
import type { Theme } from './theme.js';
import { pathRow, type BodySize } from './wizard-rows.js';

export interface ReviewView {
  proposal: Proposal;
  /** First row of the plan that is shown, where it does not fit. */
  scroll: number;
  /** Enter and other keys are no answer: a reminder is shown. */
  reminded: boolean;
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
    ...(view.reminded ? [span(`   ${theme.state('degraded').icon} press y or n`, 'warn')] : hidden > 0 ? [span(`   ${hidden} more rows: scroll`, 'dim')] : []),
  ];
  // An update has no way of questions behind it.
  const path = proposal.operation === 'update' ? [] : [pathRow('review', theme, size.columns), BLANK];
  return [...(airy ? [BLANK] : []), ...path, ...shown, BLANK, question].slice(0, size.rows);
};
