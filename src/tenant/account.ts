import type { AccountFacts } from './question-types.js';

/** `owner@acme.example, contract 31000001, from IONOS_TOKEN`: as far as it is known. */
export const describeAccount = ({ owner, contractNumber, source }: AccountFacts): string =>
  [...(owner ? [owner] : []), ...(contractNumber ? [`contract ${contractNumber}`] : []), ...(source === undefined ? [] : [source === 'typed' ? 'token typed' : source === 'sandbox' ? 'of the sandbox' : `credentials from ${source}`])].join(', ');
