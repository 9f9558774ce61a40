/** What `whoami` knows. Never a secret: only what it is, where it came from and how long it lasts. */

export interface CredentialView {
  kind: 'token' | 'password';
  /** `IONOS_TOKEN`, `keychain`, a path, `sandbox`. */
  source: string;
  /** Of a user with a password. */
  username?: string;
  /** ISO time, read from the token itself; absent when it does not say. */
  expiresAt?: string;
  /** Contract that the token is for, by the token itself. */
  contractNumber?: number;
}

/** What of a contract is used. */
export interface LimitView {
  name: string;
  used: number;
  limit: number;
  unit: 'count' | 'bytes';
}

export interface IdentityView {
  credentials: CredentialView | null;
  modelToken: CredentialView | null;
  /** Credentials that are there as well, and are not used. */
  unused: { what: 'credentials' | 'model token'; source: string }[];
  /** What this program keeps; null in the sandbox, which keeps nothing. */
  kept: {
    keychain: { name: string; holds: string[]; problem?: string };
    file: { path: string; holds: string[] };
  } | null;
  /** Sentences about what is there and was refused. */
  problems: string[];
  api: {
    url: string;
    /** Another address than IONOS Cloud's own. */
    overridden: boolean;
    /** IONOS_CONTRACT_NUMBER, for accounts with several contracts. */
    contractNumber?: number;
    modelsUrl: string;
  };
  /** Null when the API was not asked or did not answer as it should. */
  account: { owner: string; contractNumber: number; user?: string } | null;
  limits: LimitView[];
}
