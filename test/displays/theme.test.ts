import { expect, it } from 'vitest';
import { createTheme } from '../../src/displays/ink/theme.js';

it('writes signs that an ASCII terminal has, as wide as before, and leaves names alone', () => {
  const text = '3 × ipblock · 7.76–16.13 EUR → Müller & Söhne …';
  const ascii = createTheme({ color: false, ascii: true }).words(text);
  expect(ascii).toBe('3 x ipblock - 7.76-16.13 EUR > Müller & Söhne ~');
  expect(createTheme({ color: false, ascii: false }).words(text)).toBe(text);
});
