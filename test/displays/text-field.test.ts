import { describe, expect, it } from 'vitest';
import { editField, fieldOf, fieldText, type FieldKey, type TextField } from '../../src/displays/ink/text-field.js';

const press = (field: TextField, input: string, key: FieldKey = {}): TextField => editField(field, input, key).field;

describe('text field', () => {
  it('types where the cursor is', () => {
    const moved = press(press(fieldOf('ame'), '', { leftArrow: true }), '', { leftArrow: true });
    expect(fieldText(press(moved, 'c'))).toBe('acme');
  });

  it('takes Delete as Backspace, because terminals send it so', () => {
    expect(fieldText(press(fieldOf('acme'), '', { delete: true }))).toBe('acm');
    expect(fieldText(press(fieldOf('acme'), '', { backspace: true }))).toBe('acm');
  });

  it('takes a pasted line end as Enter and drops what follows it', () => {
    for (const end of ['\r', '\n', '\r\n']) {
      const edit = editField(fieldOf(''), `token${end}rest`, {});
      expect([fieldText(edit.field), edit.submit]).toEqual(['token', true]);
    }
  });

  it('understands several key presses that arrive at once', () => {
    expect(fieldText(press(fieldOf('acmee'), '\u007f\u007fe'))).toBe('acme');
  });

  it('keeps control characters out', () => {
    expect(fieldText(press(fieldOf(''), 'a\u0000b\u0007c'))).toBe('abc');
  });

  it('removes a composed character as one', () => {
    expect(fieldText(press(fieldOf('Zoe\u0308'), '', { delete: true }))).toBe('Zo');
    expect(fieldText(press(fieldOf('a👩‍💻'), '', { delete: true }))).toBe('a');
  });

  it('removes the line and the word before the cursor', () => {
    expect(fieldText(press(fieldOf('Acme GmbH'), 'w', { ctrl: true }))).toBe('Acme ');
    expect(fieldText(press(fieldOf('Acme GmbH'), 'u', { ctrl: true }))).toBe('');
  });

  it('does not type a key with Alt or an arrow', () => {
    expect(fieldText(press(fieldOf('a'), 'x', { meta: true }))).toBe('a');
    expect(fieldText(press(fieldOf('a'), '', { upArrow: true }))).toBe('a');
  });
});
