/** A label and what is said about it: one row of a review, or one sentence of the plain front end. */
export interface Fact {
  label: string;
  text: string;
  tone?: 'warn' | 'bad';
}

/** As sentences. */
export const factSentences = (facts: readonly Fact[]): string[] => facts.map(({ label, text }) => (label === '' ? `${text}.` : `${label}: ${text}.`));
