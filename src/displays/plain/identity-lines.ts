import type { CredentialView, IdentityView, LimitView } from '../../engine/identity.js';
import { describeBytes } from '../../tenant/quantities.js';
import { counted } from '../../tenant/text.js';

const DAY_MS = 86_400_000;
/** A token that ends within these days is worth a warning: a new one takes a person. */
const SOON_DAYS = 14;

/** Whole days until then; below zero when it is over. */
const daysLeft = (expiresAt: string, now: number): number => Math.floor((Date.parse(expiresAt) - now) / DAY_MS);

const lasting = (expiresAt: string, now: number): string => {
  const days = daysLeft(expiresAt, now);
  const date = expiresAt.slice(0, 10);
  if (days < 0) return `expired ${date}`;
  return days === 0 ? `expires today (${expiresAt.slice(11, 16)} UTC)` : `expires in ${counted(days, 'day')} (${date})`;
};

const credentialWords = (credential: CredentialView, now: number): string => {
  const { kind, source, username, expiresAt, contractNumber } = credential;
  if (source === 'sandbox') return "the sandbox's own token";
  const from = source === 'keychain' ? 'from the keychain' : `from ${source}`;
  return [
    `${kind === 'password' ? `user ${username ?? ''} and password` : 'token'} ${from}`,
    ...(contractNumber === undefined ? [] : [`for contract ${contractNumber}`]),
    ...(kind === 'password' ? [] : [expiresAt === undefined ? 'does not say when it expires' : lasting(expiresAt, now)]),
  ].join(', ');
};

/** A warning about a token that is over, or soon will be. */
const expiryWarning = (name: string, credential: CredentialView | null, now: number): string[] => {
  if (credential?.expiresAt === undefined) return [];
  const days = daysLeft(credential.expiresAt, now);
  if (days < 0) return [`Warning: the ${name} has expired. Make a new one in the DCD (Management › Token Manager).`];
  return days < SOON_DAYS ? [`Warning: the ${name} ${lasting(credential.expiresAt, now)}. Make a new one in the DCD (Management › Token Manager).`] : [];
};

const amount = (value: number, { unit }: LimitView): string => (unit === 'bytes' ? describeBytes(value) : String(value));

const limitWords = (limit: LimitView): string => `${amount(limit.used, limit)} of ${amount(limit.limit, limit)} used`;

const NAMES: Record<string, string> = { IONOS_TOKEN: 'token', IONOS_MODEL_TOKEN: 'model token' };

const heldWords = (holds: readonly string[]): string => (holds.length === 0 ? 'nothing' : holds.map((entry) => NAMES[entry] ?? entry).join(' and '));

const keptRows = (kept: IdentityView['kept']): [string, string][] =>
  kept === null
    ? []
    : [
        ['Keychain', kept.keychain.problem === undefined ? `${kept.keychain.name}, keeps ${heldWords(kept.keychain.holds)}` : `${kept.keychain.name}, not usable: ${kept.keychain.problem}`],
        ['File', `${kept.file.path}, keeps ${heldWords(kept.file.holds)}`],
      ];

/** Who works with which account, as a block of label and text, with what to know about it below. */
export const identityLines = (view: IdentityView, now: number): string[] => {
  const { account, credentials, modelToken, api } = view;
  const rows: [string, string][] = [
    ...(account ? ([['Account', `${account.owner === '' ? 'owner unknown' : account.owner}, contract ${account.contractNumber}`]] as [string, string][]) : []),
    ...(account?.user === undefined ? [] : ([['User', account.user]] as [string, string][])),
    ['Credentials', credentials ? credentialWords(credentials, now) : 'none'],
    ['Model token', modelToken ? credentialWords(modelToken, now) : 'none'],
    ...keptRows(view.kept),
    ['Cloud API', `${api.url}${!api.overridden ? '' : view.kept === null ? ', the sandbox' : ', not the default'}${api.contractNumber === undefined ? '' : `, contract ${api.contractNumber} by IONOS_CONTRACT_NUMBER`}`],
    ['Model hub', api.modelsUrl],
  ];
  const limits = view.limits.map((limit): [string, string] => [`  ${limit.name}`, limitWords(limit)]);
  const width = Math.max(...[...rows, ...limits].map(([label]) => label.length)) + 2;
  const aligned = (pairs: readonly [string, string][]): string[] => pairs.map(([label, text]) => `${label.padEnd(width)}${text}`);
  const notes = [
    ...expiryWarning('token', credentials, now),
    ...expiryWarning('model token', modelToken, now),
    ...view.problems.map((problem) => `Warning: ${problem}`),
    ...view.unused.map(({ what, source }) => `Also there, and not used: ${what} in ${source === 'keychain' ? 'the keychain' : source}.`),
  ];
  return ['', ...aligned(rows), ...(limits.length === 0 ? [] : ['', 'Limits of the contract', ...aligned(limits)]), ...(notes.length === 0 ? [] : ['', ...notes]), ''];
};
