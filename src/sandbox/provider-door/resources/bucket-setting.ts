import type { BucketSettings } from '../../cloud/buckets.js';
import { notFound } from '../../cloud/cloud-error.js';
import type { SandboxCloud } from '../../cloud/sandbox-cloud.js';
import type { Bucket } from '../../cloud/types.js';
import { lengthBetween } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, required } from '../schema.js';
import type { Attribute, NestedBlock } from '../schema.js';
import type { Values } from '../values.js';
import { text } from './common.js';

export interface BucketSettingOptions<Name extends keyof BucketSettings> {
  noun: string;
  setting: Name;
  attributes?: Record<string, Attribute>;
  blocks?: Record<string, NestedBlock>;
  /** What to write into the bucket. */
  toCloud(planned: Values): NonNullable<BucketSettings[Name]>;
  /** The attributes and blocks beside `bucket`. */
  fromCloud(setting: NonNullable<BucketSettings[Name]>): Values;
  /** What is written when the resource is destroyed; null, that it is not configured, unless this says otherwise. */
  removed?(bucket: Bucket): BucketSettings[Name];
  /** Whether another bucket's name moves the setting in place instead of making a new one. */
  bucketInPlace?: true;
  validate?: NonNullable<ResourceDefinition['validate']>;
}

/** The resources that each set one thing of a bucket, and are named after the bucket. */
export const bucketSetting = <Name extends keyof BucketSettings>(options: BucketSettingOptions<Name>): ResourceDefinition => {
  const write = (value: BucketSettings[Name]): Partial<BucketSettings> => ({ [options.setting]: value });
  const clear = (name: string, cloud: SandboxCloud): void => {
    const value = options.removed === undefined ? null : options.removed(cloud.buckets.get(name));
    cloud.buckets.configure(name, write(value));
  };
  return {
    noun: options.noun,
    version: 0,
    legacy: false,
    schema: block(
      {
        bucket: required('string', { check: lengthBetween(3, 63), ...(options.bucketInPlace === true ? {} : { replaces: true }) }),
        ...options.attributes,
      },
      options.blocks,
    ),
    ...(options.validate === undefined ? {} : { validate: options.validate }),
    create(planned, { cloud }) {
      const bucket = text(planned, 'bucket');
      cloud.buckets.configure(bucket, write(options.toCloud(planned)));
      return { found: { bucket }, finish: async () => {} };
    },
    read(state, cloud) {
      const bucket = text(state, 'bucket');
      const setting = cloud.buckets.get(bucket).properties[options.setting] as BucketSettings[Name];
      if (setting === null) throw notFound(options.noun);
      return { bucket, ...options.fromCloud(setting) };
    },
    async update(prior, planned, { cloud }) {
      if (text(prior, 'bucket') !== text(planned, 'bucket')) clear(text(prior, 'bucket'), cloud);
      cloud.buckets.configure(text(planned, 'bucket'), write(options.toCloud(planned)));
    },
    async remove(prior, { cloud }) {
      clear(text(prior, 'bucket'), cloud);
    },
    import: (given) => ({ bucket: given }),
  };
};
