import type { IBufferCell, Terminal } from '@xterm/headless';

/** A terminal's visible screen as an SVG picture, so that a change of a screen can be looked at in a diff. */

const CELL = { width: 8.4, height: 18, font: 14, padding: 12 } as const;

/** Backgrounds that people have: the same screen must be legible on both. */
export const PALETTES = {
  dark: { background: '#1b1d23', foreground: '#d8dade', ansi: ['#1b1d23', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dade', '#7f848e', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#ffffff'] },
  light: { background: '#fafafa', foreground: '#24292e', ansi: ['#24292e', '#c4252f', '#2a7d33', '#8a5f00', '#0b62b0', '#8b3aa8', '#0a7580', '#6b737c', '#6b737c', '#c4252f', '#2a7d33', '#8a5f00', '#0b62b0', '#8b3aa8', '#0a7580', '#24292e'] },
} as const;

export type Palette = keyof typeof PALETTES;

interface Look {
  color: string;
  background: string | undefined;
  bold: boolean;
  dim: boolean;
  underline: boolean;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const paletteColor = (index: number, ansi: readonly string[]): string => {
  const named = ansi[index];
  if (named !== undefined) return named;
  if (index >= 232) return `rgb(${Array(3).fill(8 + (index - 232) * 10).join(',')})`;
  const level = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`;
};

const lookOf = (cell: IBufferCell, palette: (typeof PALETTES)[Palette]): Look => {
  const colorOf = (isRgb: boolean, isPalette: boolean, value: number): string | undefined =>
    isRgb ? `#${value.toString(16).padStart(6, '0')}` : isPalette ? paletteColor(value, palette.ansi) : undefined;
  const front = colorOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  const back = colorOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  const inverse = cell.isInverse() !== 0;
  return {
    color: inverse ? (back ?? palette.background) : (front ?? palette.foreground),
    background: inverse ? (front ?? palette.foreground) : back,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
  };
};

const attributesOf = ({ color, bold, dim, underline }: Look): string =>
  ` fill="${color}"${bold ? ' font-weight="bold"' : ''}${dim ? ' opacity="0.62"' : ''}${underline ? ' text-decoration="underline"' : ''}`;

/** One line as runs of equal look; each run is placed by its column, so that a font's own widths cannot shift anything. */
const rowOf = (terminal: Terminal, index: number, palette: (typeof PALETTES)[Palette]): string[] => {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + index);
  const parts: string[] = [];
  let run: { at: number; text: string; width: number; look: Look } | undefined;
  const y = CELL.padding + index * CELL.height;
  const close = (): void => {
    if (!run) return;
    const { at, text, width, look } = run;
    const x = (CELL.padding + at * CELL.width).toFixed(1);
    const length = (width * CELL.width).toFixed(1);
    if (look.background !== undefined) parts.push(`<rect x="${x}" y="${y}" width="${length}" height="${CELL.height}" fill="${look.background}"/>`);
    const shown = text.trimEnd();
    if (/^─+$/.test(shown)) {
      parts.push(`<rect x="${x}" y="${y + 9}" width="${length}" height="1"${attributesOf(look)}/>`);
      run = undefined;
      return;
    }
    const leading = shown.length - shown.trimStart().length;
    if (shown.trim() !== '') parts.push(`<text x="${(CELL.padding + (at + leading) * CELL.width).toFixed(1)}" y="${y + 13.5}"${attributesOf(look)}>${escape(shown.trimStart())}</text>`);
    run = undefined;
  };
  for (let column = 0; line && column < terminal.cols; column += 1) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const look = lookOf(cell, palette);
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    // What is not ASCII starts a run of its own: fonts do not agree about its width. Rules are drawn, not written.
    const fits = run && JSON.stringify(run.look) === JSON.stringify(look) && ((/^[\x20-\x7e]$/.test(text) && /[\x20-\x7e]$/.test(run.text)) || (text === '─' && run.text.endsWith('─')));
    if (run && fits) {
      run.text += text;
      run.width += cell.getWidth();
    } else {
      close();
      run = { at: column, text, width: cell.getWidth(), look };
    }
  }
  close();
  return parts;
};

/** The visible screen as an SVG document, one element a line. `command` says how the picture is made again. */
export const screenSvg = (terminal: Terminal, command: string, paletteName: Palette = 'dark'): string => {
  const palette = PALETTES[paletteName];
  const width = Math.ceil(terminal.cols * CELL.width + 2 * CELL.padding);
  const height = Math.ceil(terminal.rows * CELL.height + 2 * CELL.padding);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CELL.font}" xml:space="preserve"><!-- ${escape(command)} -->`,
    `<rect width="100%" height="100%" fill="${palette.background}"/>`,
    ...Array.from({ length: terminal.rows }, (_, index) => rowOf(terminal, index, palette)).flat(),
    '</svg>',
    '',
  ].join('\n');
};
