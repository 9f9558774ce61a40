import { randomUUID } from 'node:crypto';
import { malformed } from '../../cloud/bucket-rules.js';
import type { BucketSettings } from '../../cloud/buckets.js';
import type { LifecycleRule } from '../../cloud/types.js';
import { all, first, textOf } from './xml.js';
import type { Content, Element } from './xml.js';

/** One thing that is configured on a bucket by a sub-resource of its own (`PUT /bucket?encryption`). */
export interface SettingDocument<Name extends keyof BucketSettings = keyof BucketSettings> {
  setting: Name;
  root: string;
  read(document: Element): NonNullable<BucketSettings[Name]>;
  write(value: NonNullable<BucketSettings[Name]>): Record<string, Content | Content[]>;
  /** Code and message of the 404 where it is not configured; without one an empty document is answered. */
  absent?: [code: string, message: string];
}

const numberOf = (element: Element, name: string): number | null => {
  const text = textOf(element, name);
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isNaN(value)) throw malformed(name);
  return value;
};

const flagOf = (element: Element, name: string): boolean | null => {
  const text = textOf(element, name);
  return text === undefined ? null : text === 'true';
};

const versioning: SettingDocument<'versioning'> = {
  setting: 'versioning',
  root: 'VersioningConfiguration',
  read: (document) => ({ status: textOf(document, 'Status') ?? '', mfaDelete: textOf(document, 'MfaDelete') ?? 'Disabled' }),
  write: ({ status, mfaDelete }) => ({ Status: status, MfaDelete: mfaDelete }),
};

const encryption: SettingDocument<'encryption'> = {
  setting: 'encryption',
  root: 'ServerSideEncryptionConfiguration',
  read: (document) =>
    all(document, 'Rule').map((rule) => {
      const chosen = first(rule, 'ApplyServerSideEncryptionByDefault');
      return (chosen && textOf(chosen, 'SSEAlgorithm')) ?? '';
    }),
  write: (algorithms) => ({
    Rule: algorithms.map((algorithm) => ({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } })),
  }),
  absent: ['ServerSideEncryptionConfigurationNotFoundError', 'The server side encryption configuration was not found'],
};

const readRule = (rule: Element): LifecycleRule => {
  const filter = first(rule, 'Filter');
  const expiration = first(rule, 'Expiration');
  const noncurrent = first(rule, 'NoncurrentVersionExpiration');
  const abort = first(rule, 'AbortIncompleteMultipartUpload');
  return {
    id: textOf(rule, 'ID') ?? randomUUID(),
    status: textOf(rule, 'Status') ?? '',
    prefix: textOf(rule, 'Prefix') ?? null,
    filter: filter === undefined ? null : { prefix: textOf(filter, 'Prefix') ?? null },
    expiration: expiration
      ? {
          days: numberOf(expiration, 'Days'),
          date: textOf(expiration, 'Date') ?? null,
          expiredObjectDeleteMarker: flagOf(expiration, 'ExpiredObjectDeleteMarker'),
        }
      : null,
    noncurrentVersionExpiration: noncurrent ? { noncurrentDays: numberOf(noncurrent, 'NoncurrentDays') } : null,
    abortIncompleteMultipartUpload: abort ? { daysAfterInitiation: numberOf(abort, 'DaysAfterInitiation') } : null,
  };
};

const writeRule = (rule: LifecycleRule): Content => ({
  ID: rule.id,
  Prefix: rule.prefix,
  Filter: rule.filter && { Prefix: rule.filter.prefix },
  Status: rule.status,
  Expiration: rule.expiration && {
    Days: rule.expiration.days,
    Date: rule.expiration.date,
    ExpiredObjectDeleteMarker: rule.expiration.expiredObjectDeleteMarker,
  },
  NoncurrentVersionExpiration: rule.noncurrentVersionExpiration && { NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays },
  AbortIncompleteMultipartUpload: rule.abortIncompleteMultipartUpload && {
    DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation,
  },
});

const lifecycle: SettingDocument<'lifecycle'> = {
  setting: 'lifecycle',
  root: 'LifecycleConfiguration',
  read: (document) => all(document, 'Rule').map(readRule),
  write: (rules) => ({ Rule: rules.map(writeRule) }),
  absent: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
};

const publicAccessBlock: SettingDocument<'publicAccessBlock'> = {
  setting: 'publicAccessBlock',
  root: 'PublicAccessBlockConfiguration',
  read: (document) => ({
    blockPublicAcls: flagOf(document, 'BlockPublicAcls') ?? false,
    blockPublicPolicy: flagOf(document, 'BlockPublicPolicy') ?? false,
    ignorePublicAcls: flagOf(document, 'IgnorePublicAcls') ?? false,
    restrictPublicBuckets: flagOf(document, 'RestrictPublicBuckets') ?? false,
  }),
  write: (block) => ({
    BlockPublicAcls: block.blockPublicAcls,
    IgnorePublicAcls: block.ignorePublicAcls,
    BlockPublicPolicy: block.blockPublicPolicy,
    RestrictPublicBuckets: block.restrictPublicBuckets,
  }),
  absent: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
};

/** By the query that names it. */
export const SETTINGS: Readonly<Record<string, SettingDocument>> = {
  versioning,
  encryption,
  lifecycle,
  publicAccessBlock,
};
