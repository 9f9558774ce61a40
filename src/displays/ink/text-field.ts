/** What ink tells about a key, as far as a text field looks at it. */
export interface FieldKey {
  leftArrow?: boolean;
  rightArrow?: boolean;
  home?: boolean;
  end?: boolean;
  backspace?: boolean;
  delete?: boolean;
  return?: boolean;
  ctrl?: boolean;
  meta?: boolean;
  escape?: boolean;
  tab?: boolean;
  upArrow?: boolean;
  downArrow?: boolean;
}

export interface TextField {
  /** Grapheme clusters, so that one key press removes what looks like one character. */
  characters: readonly string[];
  cursor: number;
}

export interface FieldEdit {
  field: TextField;
  /** Enter was pressed, or came with what was pasted. */
  submit: boolean;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const split = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

export const fieldOf = (text: string): TextField => {
  const characters = split(text);
  return { characters, cursor: characters.length };
};

export const fieldText = (field: TextField): string => field.characters.join('');

const insert = (field: TextField, text: string): TextField => {
  const before = fieldText({ ...field, characters: field.characters.slice(0, field.cursor) }) + text;
  const characters = split(before + field.characters.slice(field.cursor).join(''));
  return { characters, cursor: split(before).length };
};

const removeBefore = (field: TextField, count: number): TextField => {
  const from = Math.max(0, field.cursor - count);
  return { characters: [...field.characters.slice(0, from), ...field.characters.slice(field.cursor)], cursor: from };
};

/** Start of the word before the cursor, for Ctrl-W. */
const wordStart = (field: TextField): number => {
  let at = field.cursor;
  while (at > 0 && field.characters[at - 1] === ' ') at -= 1;
  while (at > 0 && field.characters[at - 1] !== ' ') at -= 1;
  return at;
};

/** What control characters do: Ctrl-A, Ctrl-E, Ctrl-H, Ctrl-K, Ctrl-U, Ctrl-W, Backspace. */
const CONTROL: Record<string, (field: TextField) => TextField> = {
  '\u0001': (field) => ({ ...field, cursor: 0 }),
  '\u0005': (field) => ({ ...field, cursor: field.characters.length }),
  '\u0008': (field) => removeBefore(field, 1),
  '\u000b': (field) => ({ ...field, characters: field.characters.slice(0, field.cursor) }),
  '\u0015': (field) => removeBefore(field, field.cursor),
  '\u0017': (field) => removeBefore(field, field.cursor - wordStart(field)),
  '\u007f': (field) => removeBefore(field, 1),
};

/**
 * Applies a key press or a paste. Terminals differ: Backspace arrives as delete, a pasted line end arrives inside the text
 * and means Enter; whatever follows it is dropped.
 */
export const editField = (field: TextField, input: string, key: FieldKey): FieldEdit => {
  const stay = (next: TextField): FieldEdit => ({ field: next, submit: false });
  if (key.return) return { field, submit: true };
  if (key.escape || key.tab || key.upArrow || key.downArrow) return stay(field);
  if (key.leftArrow) return stay({ ...field, cursor: Math.max(0, field.cursor - 1) });
  if (key.rightArrow) return stay({ ...field, cursor: Math.min(field.characters.length, field.cursor + 1) });
  if (key.home) return stay({ ...field, cursor: 0 });
  if (key.end) return stay({ ...field, cursor: field.characters.length });
  if (key.backspace || key.delete) return stay(removeBefore(field, 1));
  if (key.ctrl) return stay(CONTROL[String.fromCharCode(input.charCodeAt(0) & 0x1f)]?.(field) ?? field);
  if (key.meta) return stay(field);
  // Several keys in one chunk that ink could not tell apart: sequences are no text.
  if (input.includes('\u001b')) return stay(field);
  const [line = '', ...rest] = input.replace(/\r\n?/g, '\n').split('\n');
  // A slow line delivers several key presses at once, Backspace among them.
  const edited = line.split(/([\u0001\u0005\u0008\u000b\u0015\u0017\u007f])/).reduce((sum, part) => {
    const command = CONTROL[part];
    if (command) return command(sum);
    const text = part.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '');
    return text === '' ? sum : insert(sum, text);
  }, field);
  return { field: edited, submit: rest.length > 0 };
};
