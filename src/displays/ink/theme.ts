import { createContext, useContext } from 'react';

/** Colours by meaning. No component names a colour. */
export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'dim' | 'accent';

/** The part of ink's Text properties that a tone sets. */
export interface ToneProps {
  color?: string;
  dimColor?: boolean;
  bold?: boolean;
}

/** States as an operator reads them: an icon and a word, so that colour is never the only difference. */
export type StateName = 'done' | 'running' | 'waiting' | 'degraded' | 'failed' | 'retrying' | 'skipped';

export interface StateLook {
  icon: string;
  word: StateName;
  tone: Tone;
}

/** Corners and sides of a box; the glyph `rule` is its top and bottom. */
export interface Box {
  topLeft: string;
  topRight: string;
  bottomLeft: string;
  bottomRight: string;
  side: string;
}

export interface Theme {
  /** False under NO_COLOR and the like: no escape sequence for colour is written. */
  color: boolean;
  /** True where the terminal cannot be trusted with more than ASCII. */
  ascii: boolean;
  tone(tone: Tone | undefined): ToneProps;
  state(name: StateName): StateLook;
  /** Words that were made elsewhere, with signs that this terminal has; as wide as before. Names keep their letters. */
  words(text: string): string;
  /** Characters for rules, separators and marks; each is one column wide. */
  glyph: { rule: string; dot: string; arrow: string; pointer: string; ellipsis: string; mask: string; checked: string; unchecked: string; crumb: string; cursor: string; box: Box };
  /** Frames of the spinner; one column wide. */
  spinner: readonly string[];
}

// The sixteen ANSI colours follow the terminal's own scheme, light or dark; cyan, yellow and red stay apart for colour-blind eyes.
const TONES: Record<Tone, ToneProps> = {
  ok: { color: 'green' },
  busy: { color: 'cyan' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  dim: { dimColor: true },
  accent: { color: 'cyan', bold: true },
};

const STATES: Record<StateName, { icon: string; ascii: string; tone: Tone }> = {
  done: { icon: '✔', ascii: '+', tone: 'ok' },
  running: { icon: '●', ascii: '*', tone: 'busy' },
  waiting: { icon: '◌', ascii: '.', tone: 'dim' },
  degraded: { icon: '▲', ascii: '!', tone: 'warn' },
  failed: { icon: '✖', ascii: 'x', tone: 'bad' },
  retrying: { icon: '↻', ascii: '~', tone: 'warn' },
  skipped: { icon: '○', ascii: '-', tone: 'dim' },
};

const GLYPHS: Theme['glyph'] = { rule: '─', dot: '·', arrow: '→', pointer: '❯', ellipsis: '…', mask: '•', checked: '◉', unchecked: '◯', crumb: '›', cursor: '█', box: { topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯', side: '│' } };
const ASCII_GLYPHS: Theme['glyph'] = { rule: '-', dot: '-', arrow: '->', pointer: '>', ellipsis: '~', mask: '*', checked: '[x]', unchecked: '[ ]', crumb: '>', cursor: '_', box: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+', side: '|' } };

/** Signs in texts of ours, one column each. */
const ASCII_SIGNS: Readonly<Record<string, string>> = { '–': '-', '—': '-', '…': '~', '×': 'x', '→': '>', '›': '>', '·': '-', '−': '-' };

export interface ThemeOptions {
  color: boolean;
  ascii: boolean;
}

export const createTheme = ({ color, ascii }: ThemeOptions): Theme => ({
  color,
  ascii,
  tone: (tone) => (tone === undefined ? {} : TONES[tone]),
  state: (name) => ({ icon: ascii ? STATES[name].ascii : STATES[name].icon, word: name, tone: STATES[name].tone }),
  words: (text) => (ascii ? text.replace(/[–—…×→›·−]/g, (sign) => ASCII_SIGNS[sign] ?? sign) : text),
  glyph: ascii ? ASCII_GLYPHS : GLYPHS,
  spinner: ascii ? ['|', '/', '-', '\\'] : ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether to keep to ASCII: asked for, the Linux console, or a locale that says so. A locale that is not set says nothing. */
export const wantsAscii = (env: Environment): boolean => {
  if ((env.IONOS_TENANTS_ASCII ?? '') !== '') return true;
  if (env.TERM === 'linux') return true;
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => (value ?? '') !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
};

/** Whether to colour: the flag, NO_COLOR, FORCE_COLOR, the terminal; in this order. */
export const wantsColor = (flag: boolean, env: Environment): boolean => {
  if (!flag) return false;
  if ((env.NO_COLOR ?? '') !== '') return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return env.TERM !== 'dumb';
};

export const ThemeContext = createContext<Theme>(createTheme({ color: true, ascii: false }));

export const useTheme = (): Theme => useContext(ThemeContext);
