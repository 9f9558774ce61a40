import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Row } from '../rows.js';
import { useTheme } from '../theme.js';

/** Rows, one line each. They are built to fit; truncation is the last resort that keeps a row from wrapping. */
export const Rows = ({ rows }: { rows: readonly Row[] }): ReactNode => {
  const theme = useTheme();
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        <Text key={index} wrap="truncate-end">
          {row.length === 0 ? ' ' : row.map((span, at) => (
            <Text key={at} {...theme.tone(span.tone)} {...(span.bold ? { bold: true } : {})} {...(span.inverse ? { inverse: true } : {})}>
              {theme.words(span.text)}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
};
