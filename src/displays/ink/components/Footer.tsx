import { Text } from 'ink';
import type { ReactNode } from 'react';
import { cell, widthOf } from '../cells.js';
import type { KeyHint } from '../keys.js';
import { useTheme } from '../theme.js';

export interface FooterProps {
  columns: number;
  /** What is being waited for, or an estimate; gives way to the keys. */
  status?: string;
  /** The keys that work now, the most important one last: it is the last to go where there is no room. */
  keys: readonly KeyHint[];
}

/** The line at the bottom of every screen: one row, never wider than `columns`. */
export const Footer = ({ columns, status = '', keys }: FooterProps): ReactNode => {
  const theme = useTheme();
  const room = columns - 2;
  const shown = keys.map((hint) => ({ key: theme.ascii ? hint.key.replace('↑↓', 'Up/Down') : hint.key, label: hint.label }));
  const keysWidth = (): number => shown.reduce((sum, hint, index) => sum + (index === 0 ? 0 : 2) + widthOf(hint.key) + 1 + widthOf(hint.label), 0);
  while (shown.length > 1 && keysWidth() > room) shown.shift();
  const left = Math.max(0, room - keysWidth() - 2);
  return (
    <Text wrap="truncate-end">
      <Text {...theme.tone('dim')}>{` ${cell(status, left, 'left', theme.glyph.ellipsis)}  `}</Text>
      {shown.map((hint, index) => (
        <Text key={hint.key}>
          {index === 0 ? '' : '  '}
          <Text {...theme.tone('accent')}>{hint.key}</Text>
          <Text {...theme.tone('dim')}>{` ${hint.label}`}</Text>
        </Text>
      ))}
    </Text>
  );
};
