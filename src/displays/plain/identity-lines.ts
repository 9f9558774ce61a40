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

/** Where it came from; below that what is known of it. */
const credentialWords = (credential: CredentialView | null, now: number): string[] => {
  if (credential === null) return ['none'];
  const { kind, source, username, expiresAt, contractNumber } = credential;
  if (source === 'sandbox') return ["the sandbox's own token"];
  const what = kind === 'password' ? `user ${username ?? ''} and password` : 'token';
  const facts = [...(contractNumber === undefined ? [] : [`for contract ${contractNumber}`]), ...(kind === 'password' ? [] : [expiresAt === undefined ? 'does not say when it expires' : lasting(expiresAt, now)])];
  return [`${what} from ${source === 'keychain' ? 'the keychain' : source}`, ...(facts.length === 0 ? [] : [facts.join(', ')])];
};

/** A warning about a token that is over, or soon will be. */
const expiryWarning = (name: string, credential: CredentialView | null, now: number): string[] => {
  if (credential?.expiresAt === undefined) return [];
  const days = daysLeft(credential.expiresAt, now);
  if (days < 0) return [`Warning: the ${name} has expired. Make a new one in the DCD.`];
  return days < SOON_DAYS ? [`Warning: the ${name} ${lasting(credential.expiresAt, now)}. Make a new one in the DCD.`] : [];
};

const amount = (value: number, { unit }: LimitView): string => (unit === 'bytes' ? describeBytes(value) : String(value));

const limitWords = (limit: LimitView): string => `${amount(limit.used, limit)} of ${amount(limit.limit, limit)} used`;

const NAMES: Record<string, string> = { IONOS_TOKEN: 'token', IONOS_MODEL_TOKEN: 'model token' };

const heldWords = (holds: readonly string[]): string => (holds.length === 0 ? 'nothing' : holds.map((entry) => NAMES[entry] ?? entry).join(' and '));

/** A label, and one or more lines beside it. */
type Entry = [label: string, ...lines: string[]];

const keptRows = (kept: IdentityView['kept']): Entry[] =>
  kept === null
    ? []
    : [
        ['Keychain', ...(kept.keychain.problem === undefined ? [`${kept.keychain.name}, keeps ${heldWords(kept.keychain.holds)}`] : [`${kept.keychain.name}, not usable here:`, kept.keychain.problem])],
        ['File', `${kept.file.path}, keeps ${heldWords(kept.file.holds)}`],
      ];

/** Columns of labels as wide as the widest; what follows the first line stands below it. */
const aligned = (entries: readonly Entry[]): string[] => {
  const width = Math.max(...entries.map(([label]) => label.length)) + 2;
  return entries.flatMap(([label, ...lines]) => lines.map((line, index) => `${(index === 0 ? label : '').padEnd(width)}${line}`));
};

const apiWords = ({ api, kept }: IdentityView): string => `${api.url}${!api.overridden ? '' : kept === null ? ', the sandbox' : ', not the default'}${api.contractNumber === undefined ? '' : `, contract ${api.contractNumber} by IONOS_CONTRACT_NUMBER`}`;

/** Who works with which account, as a block of labels and text, with what to know about it below. */
export const identityLines = (view: IdentityView, now: number): string[] => {
  const { account, credentials, modelToken } = view;
  const entries: Entry[] = [
    ...(account ? [['Account', `${account.owner === '' ? 'owner unknown' : account.owner}, contract ${account.contractNumber}`] satisfies Entry] : []),
    ...(account?.user === undefined ? [] : [['User', account.user] satisfies Entry]),
    ['Credentials', ...credentialWords(credentials, now)],
    ['Model token', ...credentialWords(modelToken, now)],
    ...keptRows(view.kept),
    ['Cloud API', apiWords(view)],
    ['Model hub', view.api.modelsUrl],
  ];
  const limits = view.limits.map((limit): Entry => [`  ${limit.name}`, limitWords(limit)]);
  const notes = [
    ...expiryWarning('token', credentials, now),
    ...expiryWarning('model token', modelToken, now),
    ...view.problems.map((problem) => `Warning: ${problem}`),
    ...view.unused.map(({ what, source }) => `Also there, and not used: ${what} in ${source === 'keychain' ? 'the keychain' : source}.`),
  ];
  return ['', ...aligned(entries), ...(limits.length === 0 ? [] : ['', 'Limits of the contract', ...aligned(limits)]), ...(notes.length === 0 ? [] : ['', ...notes]), ''];
};
