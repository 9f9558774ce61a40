import { SpecProblem } from './problem.js';
import { quoted } from './text.js';
import { yamlTrap } from './yaml-trap.js';

export type NameKind = 'tenant' | 'platform';

/** Shortest and longest name in characters. With every prefix that we add it stays under helm's 53 and a DNS label's 63. */
export const NAME_MIN = 3;
export const NAME_MAX = 30;
/** The form of a name; reserved words and YAML traps come on top. */
export const NAME_PATTERN = /^[a-z](?:[a-z0-9-]{1,28}[a-z0-9])$/;

const KUBERNETES = 'Kubernetes keeps it for itself';
const OURS = 'this installer uses it for its own namespaces';

const RESERVED_BOTH: Record<string, string> = {
  default: KUBERNETES,
  system: OURS,
  all: 'commands mean every tenant by it',
  none: 'commands and files mean "nothing" by it',
};

const RESERVED: Record<NameKind, Record<string, string>> = {
  tenant: {
    shared: 'it marks the nodes that tenants of a platform share',
    ...RESERVED_BOTH,
    models: OURS,
    platform: 'commands mean the shared part by it',
    sandbox: 'commands mean the sandbox on this machine by it',
    admin: 'it would pass for an administrator in logins and mail',
    root: 'it would pass for an administrator in logins and mail',
    localhost: 'every machine calls itself by it',
  },
  platform: RESERVED_BOTH,
};

const RESERVED_PREFIXES: Record<string, string> = {
  'kube-': 'Kubernetes keeps every name that starts with "kube-" for itself',
  'ionos-tenants': 'this installer uses names that start with "ionos-tenants" for its own namespaces',
  'xn--': 'names that start with "xn--" are encoded international domain names',
};

/** Words that cannot be a name, with the reason of each. */
export const reservedNames = (kind: NameKind): Readonly<Record<string, string>> => RESERVED[kind];

/** Beginnings that a name cannot have. */
export const reservedPrefixes: readonly string[] = Object.keys(RESERVED_PREFIXES);

export interface NameIssue {
  code: 'name-malformed' | 'name-reserved' | 'name-yaml-trap';
  /** Why the name is refused, as the end of a sentence. */
  why: string;
}

const characterIssue = (text: string): string | undefined => {
  if (/[/\\]|\.\./.test(text)) {
    return 'it looks like a path; names become parts of namespaces, labels and files, so only lower-case letters, digits and hyphens are allowed';
  }
  if (/^[A-Za-z0-9-]+$/.test(text) && /[A-Z]/.test(text)) return 'it has upper-case letters; Kubernetes namespaces are lower-case';
  const strange = [...text].find((character) => !/[a-z0-9-]/.test(character));
  if (strange !== undefined) return `it contains ${quoted(strange)}; only lower-case letters, digits and hyphens are allowed`;
  return undefined;
};

/** What is wrong with a name, or undefined. One reason only: the first that a person would fix. */
export const nameIssue = (text: string, kind: NameKind = 'tenant'): NameIssue | undefined => {
  const malformed = (why: string): NameIssue => ({ code: 'name-malformed', why });
  if (text.trim() === '') return malformed('it is empty');
  const trap = yamlTrap(text);
  if (trap !== undefined) return { code: 'name-yaml-trap', why: `YAML files read it as ${trap}, so one tool would see a name and another would not` };
  const strange = characterIssue(text);
  if (strange !== undefined) return malformed(strange);
  if (text.length > NAME_MAX) return malformed(`it has ${text.length} characters, at most ${NAME_MAX} are allowed`);
  const reserved = RESERVED[kind];
  if (Object.hasOwn(reserved, text)) return { code: 'name-reserved', why: `it is reserved: ${reserved[text]}` };
  const prefix = reservedPrefixes.find((candidate) => text.startsWith(candidate));
  if (prefix !== undefined) return { code: 'name-reserved', why: `it is reserved: ${RESERVED_PREFIXES[prefix]}` };
  if (!/^[a-z]/.test(text)) return malformed('it has to start with a letter');
  if (text.endsWith('-')) return malformed('it ends with a hyphen');
  if (text.length < NAME_MIN) return malformed(`it has ${text.length} characters, at least ${NAME_MIN} are needed`);
  return undefined;
};

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, NAME_MAX)
    .replace(/-+$/, '');

/** A valid name close to any text: `Müller & Söhne` becomes `mueller-soehne`. Undefined if nothing usable is in it. */
export const suggestName = (text: string, kind: NameKind = 'tenant'): string | undefined => {
  const plain = slug(text.slice(0, 200));
  if (plain === '') return undefined;
  return [plain, slug(`team-${plain}`)].find((candidate) => nameIssue(candidate, kind) === undefined);
};

const parseName = (text: string, kind: NameKind): string => {
  const issue = nameIssue(text, kind);
  if (issue === undefined) return text;
  const suggestion = suggestName(text, kind);
  throw new SpecProblem({
    code: issue.code,
    what: `${quoted(text)} cannot be the name of a ${kind}`,
    why: issue.why,
    path: 'name',
    next: [
      ...(suggestion === undefined ? [] : [`Use another name, for example ${suggestion}.`]),
      `A name has ${NAME_MIN} to ${NAME_MAX} lower-case letters, digits and hyphens, and starts with a letter.`,
    ],
  });
};

/** Returns the name as it is, or throws a SpecProblem (`name-malformed`, `name-reserved`, `name-yaml-trap`). */
export const parseTenantName = (text: string): string => parseName(text, 'tenant');

/** As {@link parseTenantName}, for a platform; fewer words are reserved. */
export const parsePlatformName = (text: string): string => parseName(text, 'platform');
