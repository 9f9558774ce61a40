import type { Capacity } from './capacity.js';
import type { PlatformPreset, TenantPreset } from './preset.js';
import type { Prices } from './prices.js';
import type { ContractRoom } from './sizing.js';
import type { Isolation, Models, TenantPresetName } from './spec.js';

/** Every answer that `create` may need, by question id. */
export interface Answers {
  /** A real account, or the sandbox on this machine. */
  where: 'account' | 'sandbox';
  token: string;
  /** Where the token that was typed is kept. */
  keepToken: KeepAnswer;
  platform: string;
  name: string;
  displayName: string;
  preset: TenantPresetName;
  isolation: Isolation;
  wordpressAdminEmail: string;
  openwebuiAdminEmail: string;
  models: Models;
  modelToken: string;
  keepModelToken: KeepAnswer;
  allow: string[];
}

export type KeepAnswer = 'keychain' | 'file' | 'no';

/** What can keep a token on this machine. */
export interface Keeping {
  /** What the system calls its keychain, for example `Secret Service`. */
  keychain: string;
  /** Why nothing can be kept there. */
  keychainProblem?: string;
  /** Path of the file that stands in for it. */
  file: string;
  /** What Enter takes; without it nothing is kept. */
  suggested?: KeepAnswer;
}

/** Whose credentials are used, and where they came from. Absent parts are not known. */
export interface AccountFacts {
  owner?: string;
  contractNumber?: number;
  /** For people: `IONOS_TOKEN`, `keychain`, a path, `typed`. */
  source?: string;
}

export type QuestionId = keyof Answers;

export interface KnownPlatform {
  name: string;
  location: string;
  /** Resolved preset, where it is known; an adopted cluster has none. */
  preset?: PlatformPreset;
  capacity?: Capacity;
  /** Adopted, and not managed by IONOS: nothing can be made there for one tenant alone. */
  isTrial?: boolean;
}

/** What an account's contract still has. */
export interface KnownContract {
  number: number;
  room: ContractRoom;
  /** Public addresses that it may reserve in all, used ones included. */
  ipLimit: number | undefined;
}

/** What the answers depend on; everything is optional knowledge that a caller may still be waiting for. */
export interface QuestionContext {
  answers: Readonly<Partial<Answers>>;
  /** True if credentials were found in flags, environment, file or keychain. */
  hasCredentials: boolean;
  /** True if a model token was found there. */
  hasModelToken: boolean;
  /** Address of the account's user. */
  accountEmail?: string | undefined;
  account?: AccountFacts | undefined;
  /** Where the model token came from. */
  modelTokenSource?: string | undefined;
  /** Known once a token was typed. */
  keeping?: Keeping | undefined;
  /** Undefined while no account was reached. */
  contract?: KnownContract | undefined;
  platforms: readonly KnownPlatform[];
  /** Tenants of the chosen platform that exist already. */
  takenNames: readonly string[];
  tenantPresets: Readonly<Record<TenantPresetName, TenantPreset>>;
  /** What a platform that does not exist yet would be made of. */
  newPlatformPreset: PlatformPreset;
  prices: Prices;
  /** Models that the hub lists; undefined while that is not known. */
  availableModels?: readonly string[] | undefined;
}

export type QuestionKind = 'text' | 'select' | 'multiselect' | 'secret' | 'confirm';

/** A choice as a card: what it is for, and its figures. */
export interface Card {
  summary: string;
  facts: readonly { label: string; text: string }[];
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
  card?: Card;
  /** Why it cannot be chosen. */
  disabled?: string;
}

/** What a display hands in: text of an input, or the values of a multiselect. */
export type RawAnswer = string | readonly string[];

/** Steps of the wizard, in their order. */
export type QuestionGroup = 'where' | 'platform' | 'tenant' | 'size' | 'applications' | 'access';

/** One question for every front end: wizard, plain prompts, flags, file. */
export interface Question<Id extends QuestionId = QuestionId> {
  id: Id;
  group: QuestionGroup;
  /** How to give the answer without being asked; a secret is given as a file, never on the command line. */
  flag: string;
  /** Environment variable that answers it. */
  env?: string;
  prompt: string;
  /** The same in a word or two, for lists of answers. */
  label?: string;
  /** One sentence for somebody who hesitates. */
  help: string;
  kind: QuestionKind;
  /** For select and multiselect. */
  choices?: (context: QuestionContext) => Choice[];
  /** What Enter takes. Undefined: there is no default. */
  default: (context: QuestionContext) => Answers[Id] | undefined;
  /** Turns input into an answer. Throws SpecProblem. */
  parse: (raw: RawAnswer, context: QuestionContext) => Answers[Id];
  /** Whether it is asked at all, given what is known. */
  when: (context: QuestionContext) => boolean;
  /** What the answer brings about, one line each; empty for a secret. */
  effect: (value: Answers[Id], context: QuestionContext) => string[];
  /** What will probably go wrong with it, one line each: it can be given all the same. */
  warnings?: (value: Answers[Id], context: QuestionContext) => string[];
  /** Whether the outside can be asked about this input before it is handed in, because nothing seems to be missing from it. */
  looksComplete?: (value: Answers[Id]) => boolean;
}
