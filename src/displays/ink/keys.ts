/** Every key of the interface, in one place: what it is called, and what it does. */

export interface KeyHint {
  /** As it is printed: `^C`, `Esc`, `d`. */
  key: string;
  label: string;
}

export const WIZARD_KEYS = {
  take: { key: 'Enter', label: 'next' },
  back: { key: 'Esc', label: 'back' },
  move: { key: '↑↓', label: 'choose' },
  toggle: { key: 'Space', label: 'tick' },
  forward: { key: 'Tab', label: 'forward' },
  save: { key: '^S', label: 'save' },
  cards: { key: '←→', label: 'choose' },
  help: { key: '?', label: 'keys' },
  interrupt: { key: '^C', label: 'quit' },
} as const satisfies Record<string, KeyHint>;

const always = (canSave: boolean): readonly KeyHint[] => [
  { key: 'Esc', label: 'back; nothing that was answered is lost' },
  { key: 'Tab', label: 'forward again, to where one was' },
  ...(canSave ? [{ key: '^S', label: 'save the answers as a file for create -f' }] : []),
  { key: '^C', label: 'quit; nothing has been changed' },
];

/** All keys of a question with choices. */
export const choiceHelp = ({ multiple, cards, canSave }: { multiple: boolean; cards: boolean; canSave: boolean }): readonly KeyHint[] => [
  { key: cards ? '↑↓ ←→ 1-9' : '↑↓ 1-9', label: 'choose; in long lists letters jump' },
  ...(multiple ? [{ key: 'Space', label: 'tick or untick' }] : []),
  { key: 'Enter', label: 'next' },
  ...always(canSave),
];

export const REVIEW_KEYS = {
  yes: { key: 'y', label: 'do it' },
  no: { key: 'n', label: 'stop' },
  leave: { key: 'n', label: 'change nothing' },
  back: { key: 'Esc', label: 'change answers' },
  save: { key: 's', label: 'save' },
  scroll: { key: '↑↓', label: 'scroll' },
} as const satisfies Record<string, KeyHint>;

export const CONFIRM_KEYS = {
  take: { key: 'Enter', label: 'confirm' },
  leave: { key: 'Esc', label: 'change nothing' },
  scroll: { key: '↑↓', label: 'scroll' },
} as const satisfies Record<string, KeyHint>;

export const DEPLOY_KEYS = {
  details: { key: 'd', label: 'details' },
  fold: { key: 'd', label: 'fold' },
  scroll: { key: '↑↓', label: 'scroll' },
  logs: { key: 'l', label: 'logs' },
  interrupt: { key: '^C', label: 'interrupt' },
} as const satisfies Record<string, KeyHint>;

export const FAILURE_KEYS = {
  logs: { key: 'l', label: 'logs' },
  retry: { key: 'r', label: 'retry' },
  quit: { key: 'q', label: 'quit' },
} as const satisfies Record<string, KeyHint>;

/** The keys of `status`, as k9s users expect them. */
export const DASHBOARD_KEYS = {
  move: { key: '↑↓ j k', label: 'move' },
  page: { key: 'PgUp PgDn ^B ^F', label: 'page' },
  halfPage: { key: '^U ^D', label: 'half a page' },
  ends: { key: 'g G', label: 'first, last' },
  open: { key: 'Enter', label: 'open' },
  back: { key: 'Esc', label: 'back' },
  filter: { key: '/', label: 'filter' },
  sort: { key: 'S N A C U', label: 'sort' },
  describe: { key: 'd', label: 'describe' },
  logs: { key: 'l', label: 'logs' },
  previous: { key: 'p', label: 'previous' },
  section: { key: 'Tab', label: 'section' },
  container: { key: 'c', label: 'container' },
  follow: { key: 's', label: 'follow' },
  wrap: { key: 'w', label: 'wrap' },
  stamps: { key: 't', label: 'times' },
  help: { key: '?', label: 'help' },
  quit: { key: 'q', label: 'quit' },
} as const satisfies Record<string, KeyHint>;

/** What ink tells about a key press, as far as we look at it. */
export interface KeyPress {
  upArrow?: boolean;
  downArrow?: boolean;
  pageUp?: boolean;
  pageDown?: boolean;
  home?: boolean;
  end?: boolean;
  ctrl?: boolean;
  meta?: boolean;
  escape?: boolean;
}

/** Where a list's cursor goes: arrows, j and k, g and G, page keys. Undefined: the key does not move it. */
export const movedCursor = (input: string, key: KeyPress, cursor: number, length: number, page = 10): number | undefined => {
  const to = (target: number): number => Math.max(0, Math.min(length - 1, target));
  if (key.ctrl || key.meta) return undefined;
  if (key.downArrow || input === 'j') return to(cursor + 1);
  if (key.upArrow || input === 'k') return to(cursor - 1);
  if (key.pageDown) return to(cursor + page);
  if (key.pageUp) return to(cursor - page);
  if (input === 'g') return to(0);
  if (input === 'G') return to(length - 1);
  return undefined;
};

/** A cursor that also obeys the keys of a pager: ^F ^B, ^D ^U, Home, End. */
export const pagedCursor = (input: string, key: KeyPress, cursor: number, length: number, page: number): number | undefined => {
  const half = Math.max(1, Math.floor(page / 2));
  const step = key.ctrl ? { f: page, b: -page, d: half, u: -half }[input] : key.home ? -length : key.end ? length : undefined;
  return step === undefined ? movedCursor(input, key, cursor, length, page) : Math.max(0, Math.min(length - 1, cursor + step));
};
