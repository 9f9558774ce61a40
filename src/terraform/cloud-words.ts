import { ExitCode, InstallerError } from '../engine/errors.js';

/** What IONOS Cloud said inside one of the provider's errors: `… 422 Unprocessable Entity {json}`, then `Resource Name: …`. */
export interface CloudWords {
  status: number;
  message: string;
}

const NAME = /Resource Name: (\S+)/;

export const cloudWords = (diagnostic: string): CloudWords | undefined => {
  const status = Number(/\b([45]\d\d) [A-Z][A-Za-z ]*\{/.exec(diagnostic)?.[1]);
  if (!Number.isFinite(status)) return undefined;
  const messages = [...diagnostic.matchAll(/"message":\s*"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]?.replaceAll('\\"', '"') ?? '');
  return { status, message: messages.join('; ') };
};

const NEXT: readonly { fits: (words: CloudWords) => boolean; next: string[] }[] = [
  { fits: ({ message }) => /limit|quota/i.test(message), next: ['Ask IONOS support to raise the limits of the contract, or remove what is no longer used.', 'Then run the same command again: it continues where it stopped.'] },
  { fits: ({ status }) => status === 423, next: ['Something else works on it: wait until it has finished, then run the same command again.'] },
  { fits: ({ status }) => status === 429 || status >= 500, next: ['Run the same command again: it continues where it stopped. If it stays, see https://status.ionos.cloud.'] },
];

const MEND = ['Mend the cause, then run the same command again: it continues where it stopped.'];

/** The connection broke, or time was up, before the answer to a request that creates: whether it was carried out is unknown. */
const isLost = (diagnostic: string): boolean => /\bPost "[^"]*":/.test(diagnostic) && /EOF|connection reset|deadline exceeded|timeout/i.test(diagnostic);

const isFailedRequest = (diagnostic: string): boolean => /Request failed with following error|state FAILED/.test(diagnostic);

/** What an operator reads when the cloud, and not terraform, is why a command failed. Undefined when it was something else. */
export const cloudFailure = (command: string, address: string | undefined, diagnostic: string): InstallerError | undefined => {
  const name = NAME.exec(diagnostic)?.[1];
  const object = `${address ?? 'an object'}${name === undefined ? '' : ` (${name})`}`;
  if (isLost(diagnostic)) {
    return new InstallerError({
      code: 'answer-lost',
      what: `IONOS Cloud did not answer to the creation of ${object}`,
      why: `whether it was made is not known: ${diagnostic.replace(NAME, '').trim()}`,
      next: ['Run the same command again: it looks for the object first, and makes none a second time.'],
    });
  }
  if (isFailedRequest(diagnostic)) {
    return new InstallerError({
      code: 'cloud-failed',
      what: `IONOS Cloud could not make ${object}`,
      why: diagnostic.replace(NAME, '').trim(),
      next: ['Run the same command again: it is made anew.', 'If it fails again, ask IONOS support and name the object.'],
    });
  }
  const words = cloudWords(diagnostic);
  if (!words) return undefined;
  const denied = words.status === 401 || words.status === 403;
  return new InstallerError({
    code: denied ? (words.status === 401 ? 'credentials' : 'not-allowed') : `terraform-${command}`,
    what: denied ? 'IONOS Cloud did not accept the credentials' : `terraform ${command} failed${address === undefined ? '' : ` at ${address}`}`,
    why: `IONOS Cloud answered ${words.status}: ${words.message}${name === undefined ? '' : ` (${name})`}`,
    next: denied ? ['Make a token in the DCD (Management › Token Manager) and set IONOS_TOKEN.'] : (NEXT.find(({ fits }) => fits(words))?.next ?? MEND),
    ...(denied ? { exitCode: ExitCode.credentials } : {}),
  });
};

/** terraform could not reach the cluster in which a tenant's state is kept. */
export const isUnreachable = (diagnostic: string): boolean => /connection refused|connect: |no route to host|i\/o timeout|connection reset|EOF/i.test(diagnostic) && /(state|lock|Kubernetes|secrets|leases|backend|api\/v1)/i.test(diagnostic) && !isLost(diagnostic);
