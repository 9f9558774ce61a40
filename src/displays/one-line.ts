/** Foreign text on one line: control and format characters are gone, so that a name cannot steer the terminal. */
export const oneLine = (text: string): string =>
  text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => (character === '\u200d' ? character : ''));
