import { describeAccount } from './account.js';
import { estimatePlatform } from './cost.js';
import { expectedEndpoints } from './endpoints.js';
import { titleIssue } from './fields.js';
import { formatEur } from './money.js';
import { NAME_MAX, parsePlatformName, parseTenantName } from './name.js';
import { PLATFORM_DEFAULTS } from './platform-spec.js';
import { nodePublicIps } from './preset.js';
import { SpecProblem } from './problem.js';
import { describeBytes, describeCores, parseBytes } from './quantities.js';
import { platformContractLines } from './question-figures.js';
import { checked, oneOf, secret, textOf, tokenLooksComplete } from './question-input.js';
import type { Choice, Question, QuestionContext } from './question-types.js';
import { namespaceOf } from './resource-names.js';
import { counted, quoted } from './text.js';

export const whereQuestion: Question<'where'> = {
  id: 'where',
  group: 'where',
  flag: '--sandbox',
  prompt: 'Where should it run?',
  label: 'Runs in',
  help: 'The sandbox plays IONOS Cloud on this machine: the same commands and tools, no account, no cost.',
  kind: 'select',
  choices: () => [
    { value: 'account', label: 'IONOS account', hint: 'creates resources that cost money' },
    { value: 'sandbox', label: 'Sandbox on this machine', hint: 'nothing in the cloud, nothing costs' },
  ],
  // No default: without a terminal nobody may end up in the sandbox, or in an account, by silence.
  default: () => undefined,
  parse: (raw) => oneOf('where', raw, ['account', 'sandbox'] as const),
  when: ({ hasCredentials }) => !hasCredentials,
  effect: (value) =>
    value === 'sandbox'
      ? ['Nothing is created in the cloud, nothing costs; the addresses open on this machine only']
      : ['Resources are created in your contract and are billed'],
};

export const tokenQuestion: Question<'token'> = {
  id: 'token',
  group: 'where',
  flag: '--token-file',
  env: 'IONOS_TOKEN',
  prompt: 'IONOS Cloud token',
  label: 'Token',
  help: 'Made in the Data Center Designer under Management, Token Management. It is only stored if you agree.',
  kind: 'secret',
  default: () => undefined,
  parse: (raw) => secret('token', raw, 'The IONOS token'),
  when: ({ answers, hasCredentials }) => !hasCredentials && answers.where === 'account',
  effect: () => [],
  looksComplete: tokenLooksComplete,
};

/** Whose account it is, before anything is made in it. */
const accountLines = ({ account }: QuestionContext): string[] => (account === undefined ? [] : [`Account ${describeAccount(account)}`]);

export const platformQuestion: Question<'platform'> = {
  id: 'platform',
  group: 'platform',
  flag: '--platform',
  prompt: 'Platform',
  label: 'Platform',
  help: 'The managed Kubernetes cluster that tenants share. The first one is created together with the first tenant.',
  kind: 'select',
  choices: ({ platforms }) => {
    const existing = platforms.map(({ name, location }): Choice => ({ value: name, label: name, hint: location }));
    if (existing.length > 0) return existing;
    return [{ value: PLATFORM_DEFAULTS.name, label: `${PLATFORM_DEFAULTS.name} (new)`, hint: PLATFORM_DEFAULTS.location }];
  },
  default: ({ platforms }) => (platforms.length > 1 ? undefined : (platforms[0]?.name ?? PLATFORM_DEFAULTS.name)),
  parse: (raw) => parsePlatformName(textOf(raw)),
  when: ({ platforms }) => platforms.length !== 1,
  effect: (value, context) => {
    const known = context.platforms.find(({ name }) => name === value);
    if (known !== undefined) return [`Platform ${value} in ${known.location}`, ...accountLines(context)];
    const { nodes } = context.newPlatformPreset;
    const { total, priceDate } = estimatePlatform(context.newPlatformPreset, context.prices);
    return [
      `Platform ${value} does not exist yet and is created first; in an account that takes about 30 minutes`,
      `${counted(nodes.count, 'node')} with ${describeCores(nodes.cores * 1000)} and ${describeBytes(parseBytes(nodes.memory))}, ${nodePublicIps(nodes)} IP addresses`,
      `${formatEur(total)} for 30 days (net, prices of ${priceDate})`,
      ...accountLines(context),
      ...platformContractLines(value, context).effect,
    ];
  },
  warnings: (value, context) => platformContractLines(value, context).warnings,
};

/** The name with the first number that nobody has. */
const freeName = (name: string, takenNames: readonly string[]): string => {
  for (let number = 2; ; number += 1) {
    const candidate = `${name.slice(0, NAME_MAX - 1 - String(number).length).replace(/-+$/, '')}-${number}`;
    if (!takenNames.includes(candidate)) return candidate;
  }
};

export const nameQuestion: Question<'name'> = {
  id: 'name',
  group: 'tenant',
  flag: '<name>',
  prompt: 'Name of the tenant',
  label: 'Name',
  help: '3 to 30 lower-case letters, digits and hyphens. It becomes part of every resource and never changes.',
  kind: 'text',
  default: () => undefined,
  parse: (raw, { takenNames }) => {
    const name = parseTenantName(textOf(raw));
    if (!takenNames.includes(name)) return name;
    throw new SpecProblem({
      code: 'name-taken',
      what: `The tenant ${name} exists already`,
      why: 'a name can be used once per platform',
      path: 'name',
      next: [`Use another name, for example ${freeName(name, takenNames)}.`],
    });
  },
  when: () => true,
  effect: (value, context) => {
    const { wordpress, openwebui } = expectedEndpoints();
    // The only platform was no question, so nothing has told the account yet.
    return [`Namespace ${namespaceOf(value)}`, `WordPress at ${wordpress}`, `Open WebUI at ${openwebui}`, ...(context.platforms.length === 1 ? accountLines(context) : [])];
  },
};

export const displayNameQuestion: Question<'displayName'> = {
  id: 'displayName',
  group: 'tenant',
  flag: '--display-name',
  prompt: 'Name for people',
  label: 'Title',
  help: 'Title of the WordPress site and name in lists, for example Acme GmbH.',
  kind: 'text',
  default: ({ answers }) => answers.name,
  parse: (raw) => checked('displayName', raw, 'This cannot be a display name', titleIssue),
  when: () => true,
  effect: (value) => [`The site is called ${quoted(value)}`],
};
