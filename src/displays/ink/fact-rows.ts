import type { Fact } from '../facts.js';
import { cell, oneLine, wrapText } from './cells.js';
import { span, type Row } from './rows.js';

const LABEL = 20;

/** Facts as a table of two columns, their texts wrapped. */
export const factRows = (facts: readonly Fact[], columns: number): Row[] =>
  facts.flatMap(({ label, text, tone }) =>
    wrapText(oneLine(text), Math.max(12, columns - LABEL - 3)).map((line, index): Row => [span(` ${cell(index === 0 ? label : '', LABEL)}`, 'dim'), span(line, tone ?? (label === '' ? 'dim' : undefined))]),
  );
