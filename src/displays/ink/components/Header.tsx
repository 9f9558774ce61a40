import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { clip, widthOf } from '../cells.js';
import { useTheme } from '../theme.js';

export interface HeaderProps {
  columns: number;
  /** The product's name, and after it what this screen is about: tenant, preset, isolation. */
  about: readonly string[];
  /** Shown as one word in its own tone; never dropped. */
  sandbox: boolean;
  /** Right end, the first to go where there is no room: tool versions, the last one first. */
  extra?: readonly string[];
}

/**
 * The line on top of every screen, with a rule below; two rows, never wider than `columns`.
 *
 *     ionos-tenants  acme · small · namespace                SANDBOX  terraform 1.11
 *    ────────────────────────────────────────────────────────────────────────────────
 */
export const Header = ({ columns, about, sandbox, extra = [] }: HeaderProps): ReactNode => {
  const theme = useTheme();
  const product = ' ionos-tenants';
  const mark = sandbox ? 'SANDBOX' : '';
  const subject = about.filter((part) => part !== '').join(` ${theme.glyph.dot} `);
  const fixed = widthOf(product) + widthOf(mark) + 2;
  const shown = [...extra];
  const rightWidth = (): number => shown.reduce((sum, part) => sum + 2 + widthOf(part), 0);
  while (shown.length > 0 && fixed + 2 + widthOf(subject) + 2 + rightWidth() > columns) shown.pop();
  const left = clip(subject === '' ? '' : `  ${subject}`, Math.max(0, columns - fixed - rightWidth()), theme.glyph.ellipsis);
  const gap = Math.max(1, columns - 1 - widthOf(product) - widthOf(left) - widthOf(mark) - rightWidth());
  return (
    <Box flexDirection="column">
      <Text wrap="truncate-end">
        <Text {...theme.tone('accent')}>{product}</Text>
        {left}
        {' '.repeat(gap)}
        <Text {...theme.tone('warn')} bold>
          {mark}
        </Text>
        <Text {...theme.tone('dim')}>{shown.map((part) => `  ${part}`).join('')}</Text>
      </Text>
      <Text {...theme.tone('dim')}>{theme.glyph.rule.repeat(columns)}</Text>
    </Box>
  );
};
