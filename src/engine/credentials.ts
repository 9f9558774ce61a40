/** Credentials for the Cloud API, wherever they were found. A token beats a password. */
export type Credentials = { kind: 'token'; token: string } | { kind: 'password'; username: string; password: string };
