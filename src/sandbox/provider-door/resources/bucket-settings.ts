import { randomUUID } from 'node:crypto';
import type { LifecycleRule } from '../../cloud/types.js';
import { atLeast, lengthBetween, oneOf } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import type { Problem } from '../diagnostics.js';
import { block, optional, optionalComputed, required } from '../schema.js';
import type { NestedBlock } from '../schema.js';
import type { Value, Values } from '../values.js';
import { blocks, flag, text, textOrNull } from './common.js';
import { bucketSetting } from './bucket-setting.js';

export const bucketVersioning: ResourceDefinition = bucketSetting({
  noun: 'bucket versioning configuration',
  setting: 'versioning',
  blocks: {
    versioning_configuration: {
      nesting: 'single',
      block: block({
        mfa_delete: optionalComputed('string', { default: 'Disabled' }),
        status: required('string', { check: oneOf('Enabled', 'Suspended') }),
      }),
    },
  },
  toCloud(planned) {
    const [given = {}] = blocks(planned['versioning_configuration']);
    return { status: text(given, 'status'), mfaDelete: text(given, 'mfa_delete') };
  },
  // Versioning that was on once can only be suspended, and not even that where objects can be locked.
  removed: ({ properties }) =>
    properties.objectLock || properties.versioning === null ? properties.versioning : { ...properties.versioning, status: 'Suspended' },
  fromCloud: ({ status, mfaDelete }) => ({ versioning_configuration: { status, mfa_delete: mfaDelete } }),
});

export const bucketEncryption: ResourceDefinition = bucketSetting({
  noun: 'bucket server side encryption configuration',
  setting: 'encryption',
  blocks: {
    rule: {
      nesting: 'set',
      block: block(
        {},
        {
          apply_server_side_encryption_by_default: {
            nesting: 'single',
            block: block({ sse_algorithm: required('string', { check: oneOf('AES256') }) }),
          },
        },
      ),
    },
  },
  toCloud: (planned) =>
    blocks(planned['rule']).flatMap((rule) =>
      blocks(rule['apply_server_side_encryption_by_default']).map((chosen) => text(chosen, 'sse_algorithm')),
    ),
  fromCloud: (algorithms) => ({
    rule: algorithms.map((algorithm) => ({ apply_server_side_encryption_by_default: { sse_algorithm: algorithm } })),
  }),
});

export const bucketPublicAccessBlock: ResourceDefinition = bucketSetting({
  noun: 'bucket public access block',
  setting: 'publicAccessBlock',
  attributes: {
    block_public_acls: optionalComputed('bool', { default: false }),
    block_public_policy: optionalComputed('bool', { default: false }),
    ignore_public_acls: optionalComputed('bool', { default: false }),
    restrict_public_buckets: optionalComputed('bool', { default: false }),
  },
  toCloud: (planned) => ({
    blockPublicAcls: flag(planned, 'block_public_acls'),
    blockPublicPolicy: flag(planned, 'block_public_policy'),
    ignorePublicAcls: flag(planned, 'ignore_public_acls'),
    restrictPublicBuckets: flag(planned, 'restrict_public_buckets'),
  }),
  fromCloud: (setting) => ({
    block_public_acls: setting.blockPublicAcls,
    block_public_policy: setting.blockPublicPolicy,
    ignore_public_acls: setting.ignorePublicAcls,
    restrict_public_buckets: setting.restrictPublicBuckets,
  }),
});

const single = (attributes: Parameters<typeof block>[0]): NestedBlock => ({ nesting: 'single', block: block(attributes) });

const numberOrNull = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);

const booleanOrNull = (value: Value | undefined): boolean | null => (typeof value === 'boolean' ? value : null);

const ruleToCloud = (rule: Values): LifecycleRule => {
  const [filter] = blocks(rule['filter']);
  const [expiration] = blocks(rule['expiration']);
  const [noncurrent] = blocks(rule['noncurrent_version_expiration']);
  const [abort] = blocks(rule['abort_incomplete_multipart_upload']);
  return {
    id: textOrNull(rule, 'id') ?? randomUUID(),
    status: text(rule, 'status'),
    prefix: textOrNull(rule, 'prefix'),
    filter: filter === undefined ? null : { prefix: textOrNull(filter, 'prefix') },
    expiration:
      expiration === undefined
        ? null
        : {
            days: numberOrNull(expiration['days']),
            date: textOrNull(expiration, 'date'),
            expiredObjectDeleteMarker: booleanOrNull(expiration['expired_object_delete_marker']),
          },
    noncurrentVersionExpiration: noncurrent === undefined ? null : { noncurrentDays: numberOrNull(noncurrent['noncurrent_days']) },
    abortIncompleteMultipartUpload: abort === undefined ? null : { daysAfterInitiation: numberOrNull(abort['days_after_initiation']) },
  };
};

const ruleFromCloud = ({
  id,
  status,
  prefix,
  filter,
  expiration,
  noncurrentVersionExpiration,
  abortIncompleteMultipartUpload,
}: LifecycleRule): Values => ({
  id,
  status,
  prefix,
  filter,
  expiration: expiration && {
    days: expiration.days,
    date: expiration.date,
    expired_object_delete_marker: expiration.expiredObjectDeleteMarker,
  },
  noncurrent_version_expiration: noncurrentVersionExpiration && { noncurrent_days: noncurrentVersionExpiration.noncurrentDays },
  abort_incomplete_multipart_upload: abortIncompleteMultipartUpload && {
    days_after_initiation: abortIncompleteMultipartUpload.daysAfterInitiation,
  },
});

/** Combinations that the provider refuses when it reads the configuration. */
const ruleProblems = (rule: Values, index: number): Problem[] => {
  const lacks = (name: string, inner: string): Problem[] =>
    blocks(rule[name]).some((values) => values[inner] === null)
      ? [{ summary: `Invalid block "${name}": ${inner} is required in it`, path: ['rule', index, name] }]
      : [];
  return [
    ...(rule['prefix'] != null && rule['filter'] != null
      ? [{ summary: 'Invalid rule: prefix conflicts with filter', path: ['rule', index, 'prefix'] }]
      : []),
    ...lacks('noncurrent_version_expiration', 'noncurrent_days'),
    ...lacks('abort_incomplete_multipart_upload', 'days_after_initiation'),
  ];
};

export const bucketLifecycle: ResourceDefinition = bucketSetting({
  noun: 'bucket lifecycle configuration',
  setting: 'lifecycle',
  bucketInPlace: true,
  blocks: {
    rule: {
      nesting: 'list',
      block: block(
        {
          id: optionalComputed('string', { check: lengthBetween(1, 255) }),
          prefix: optional('string', { deprecated: true }),
          status: required('string', { check: oneOf('Enabled', 'Disabled') }),
        },
        {
          abort_incomplete_multipart_upload: single({ days_after_initiation: optional('number') }),
          expiration: single({
            date: optional('string'),
            days: optional('number', { check: atLeast(1) }),
            expired_object_delete_marker: optional('bool'),
          }),
          filter: single({ prefix: optional('string', { check: lengthBetween(1, 1024) }) }),
          noncurrent_version_expiration: single({ noncurrent_days: optional('number') }),
        },
      ),
    },
  },
  validate: (config) => (Array.isArray(config['rule']) ? blocks(config['rule']).flatMap(ruleProblems) : []),
  toCloud: (planned) => blocks(planned['rule']).map(ruleToCloud),
  fromCloud: (rules) => ({ rule: rules.map(ruleFromCloud) }),
});
