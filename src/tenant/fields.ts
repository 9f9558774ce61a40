import * as z from 'zod';
import { CIDR_PATTERN, cidrIssue, isIpv4 } from './cidr.js';
import { NAME_MAX, NAME_MIN, NAME_PATTERN, nameIssue, reservedNames, reservedPrefixes, suggestName } from './name.js';
import type { NameKind } from './name.js';
import { quoted } from './text.js';

/**
 * Single fields of our files. Every check that an editor should also make is a pattern, because patterns reach the
 * published JSON Schema; the exact reason is added by a refinement that runs instead of zod's own message.
 */

type Complaint = string | undefined;

const checkedText = (pattern: RegExp, complain: (text: string) => Complaint, meta: Record<string, unknown>): z.ZodString =>
  z
    .string()
    .superRefine((text, context) => {
      const complaint = complain(text) ?? (pattern.test(text) ? undefined : `${quoted(text)} is not allowed here`);
      if (complaint !== undefined) context.addIssue({ code: 'custom', message: complaint });
    })
    .meta({ pattern: pattern.source, ...meta });

/** Name of a tenant or platform. */
export const nameField = (kind: NameKind): z.ZodString =>
  checkedText(
    NAME_PATTERN,
    (text) => {
      const issue = nameIssue(text, kind);
      if (issue === undefined) return undefined;
      const suggestion = suggestName(text, kind);
      return `${quoted(text)} cannot be a name: ${issue.why}${suggestion === undefined ? '' : `; for example ${suggestion}`}`;
    },
    {
      minLength: NAME_MIN,
      maxLength: NAME_MAX,
      not: {
        anyOf: [
          { enum: Object.keys(reservedNames(kind)) },
          { enum: ['null', 'yes', 'off', 'true', 'false'] },
          { pattern: `^(?:${reservedPrefixes.join('|')})` },
        ],
      },
    },
  );

const INVISIBLE = '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}';
const TITLE_PATTERN = new RegExp(`^[^\\s${INVISIBLE}](?:[^${INVISIBLE}]{0,98}[^\\s${INVISIBLE}])?$`, 'u');

/** One line of free text, 1 to 100 characters, no control or invisible formatting characters. */
export const titleIssue = (text: string): Complaint => {
  if (text.trim() === '') return 'it is empty';
  if (TITLE_PATTERN.test(text)) return undefined;
  if (text !== text.trim()) return `${quoted(text)} starts or ends with a space`;
  if ([...text].length > 100) return `it has ${[...text].length} characters, at most 100 are allowed`;
  return `${quoted(text)} has invisible or control characters`;
};

export const titleField = (description: string): z.ZodString => checkedText(TITLE_PATTERN, titleIssue, { description });

// Deliberately narrower than RFC 5321: WordPress and Open WebUI have to accept the same address.
const EMAIL_PATTERN =
  /^(?=.{6,100}$)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;

export const emailIssue = (text: string): Complaint => {
  if (text.trim() === '') return 'it is empty';
  return EMAIL_PATTERN.test(text) ? undefined : `${quoted(text)} is not an e-mail address such as web@acme.example`;
};

export const emailField = (description: string): z.ZodString => checkedText(EMAIL_PATTERN, emailIssue, { description });

const DOMAIN_PATTERN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** Endings that no public certificate authority signs: RFC 6761, RFC 6762 and the reserved `internal`. */
const PRIVATE_ENDINGS = ['local', 'localhost', 'internal', 'test', 'invalid', 'onion'];

/** `example` is left open on purpose: it is in every document of ours, and it never reaches a certificate authority unnoticed. */
export const domainIssue = (text: string): Complaint => {
  if (text.includes('://') || text.includes('/')) return `${quoted(text)} is a URL; write only the host name, for example blog.acme.example`;
  if (text.includes('*')) return `${quoted(text)} is a wildcard; the certificate is fetched for one host name each`;
  if (isIpv4(text)) return `${text} is an address; leave the domain at null to use the tenant's own address`;
  if (/[A-Z]/.test(text) && DOMAIN_PATTERN.test(text.toLowerCase())) return `${quoted(text)} has upper-case letters; write ${text.toLowerCase()}`;
  if (!DOMAIN_PATTERN.test(text)) return `${quoted(text)} is not a host name such as blog.acme.example`;
  const ending = text.slice(text.lastIndexOf('.') + 1);
  return PRIVATE_ENDINGS.includes(ending) ? `"${text}" ends with .${ending}, for which no public certificate exists` : undefined;
};

export const domainField = (description: string): z.ZodNullable<z.ZodString> =>
  checkedText(DOMAIN_PATTERN, domainIssue, { not: { pattern: `\\.(?:${PRIVATE_ENDINGS.join('|')})$` } }).nullable().meta({ description, default: null });

/** Everything but the zero host bits is in the pattern. */
export const cidrField = (): z.ZodString => checkedText(CIDR_PATTERN, cidrIssue, { description: 'IPv4 network, for example 203.0.113.0/24' });

const MODEL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:-]*){0,3}$/;

export const modelIdIssue = (text: string): Complaint => {
  if (text === 'none') return '"none" stands alone: write models: none, not a list';
  return MODEL_PATTERN.test(text) && text.length <= 128 ? undefined : `${quoted(text)} is not a model id such as openai/gpt-oss-120b`;
};

export const modelIdField = (): z.ZodString => checkedText(MODEL_PATTERN, modelIdIssue, { maxLength: 128, not: { const: 'none' } });

/** Reports the second of two equal entries. */
export const refuseRepeats = (list: readonly string[], context: z.RefinementCtx): void => {
  list.forEach((entry, index) => {
    if (list.indexOf(entry) !== index) context.addIssue({ code: 'custom', path: [index], message: `${quoted(entry)} is in the list twice` });
  });
};
