/** A table's `$id` comes in quotation marks. */
const IDS = /^(?:'?P\d+'?(?:, | and | ))+/;

/**
 * What a test's title says about probes. The title, or that of a `describe` around it, begins with the probes' ids; the words decide
 * what it shows:
 * - `P9 refuses a privileged container`: that the probe fails;
 * - `P9 positive control: …`: that the same is taken where nothing keeps it away (within another title: that too);
 * - `P9 red with its control removed: …`: that it is the control which stops it.
 *
 * @param titles - from the outermost `describe` to the test
 */
export const readTitle = (titles: readonly string[]): { ids: string[]; shows: { refused: boolean; positiveControl: boolean; red: boolean } } => {
  const ids = titles.flatMap((title) => IDS.exec(title)?.[0].match(/P\d+/g) ?? []);
  const own = (titles.at(-1) ?? '').replace(IDS, '');
  return {
    ids: [...new Set(ids)],
    shows: {
      refused: !/^(positive control|red with its control removed)/.test(own),
      positiveControl: own.includes('positive control'),
      red: own.includes('red with its control removed'),
    },
  };
};
