import { expect } from 'vitest';
import { fileURLToPath } from 'node:url';
import type { Palette } from '../support/screen-svg.js';
import type { TerminalSession } from '../support/terminal-session.js';

export const SIZES = [
  { name: '80x24', columns: 80, rows: 24 },
  { name: '120x40', columns: 120, rows: 40 },
  { name: '60x15', columns: 60, rows: 15 },
] as const;

/**
 * Compares the visible screen with its picture in `screens/`, on a dark background or a light one. In CI a picture that differs or is
 * missing fails; elsewhere `-u` makes them anew.
 */
export const matchScreen = async (session: TerminalSession, name: string, testFile: string, palette: Palette = 'dark'): Promise<void> => {
  const svg = session.svg(`npx vitest run test/terminal/${testFile} -u`, palette);
  await expect(svg).toMatchFileSnapshot(fileURLToPath(new URL(`screens/${name}.svg`, import.meta.url)));
};
