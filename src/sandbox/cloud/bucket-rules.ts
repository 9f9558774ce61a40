import { CloudError } from './cloud-error.js';
import type { Bucket, LifecycleRule } from './types.js';

/** Where a bucket lies that names no region. */
export const DEFAULT_REGION = 'eu-central-3';

const NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

export const assertBucketName = (name: string): void => {
  if (!NAME.test(name)) throw new CloudError(400, 'InvalidBucketName', `The specified bucket name '${name}' is not valid`);
};

/** A body that says something the object storage does not know. */
export const malformed = (what: string): CloudError =>
  new CloudError(400, 'MalformedXML', `The XML you provided was not well-formed or did not validate against our published schema: ${what}`);

const assertLifecycle = (rules: readonly LifecycleRule[]): void => {
  if (new Set(rules.map(({ id }) => id)).size < rules.length) throw new CloudError(400, 'InvalidArgument', 'Rule ID must be unique');
  for (const { status, expiration, noncurrentVersionExpiration, abortIncompleteMultipartUpload } of rules) {
    if (status !== 'Enabled' && status !== 'Disabled') throw malformed('Status');
    const days = [expiration?.days, noncurrentVersionExpiration?.noncurrentDays, abortIncompleteMultipartUpload?.daysAfterInitiation];
    if (days.some((count) => count != null && !(Number.isInteger(count) && count > 0)))
      throw new CloudError(400, 'InvalidArgument', 'Days must be a positive integer');
  }
};

/** What a bucket lets be configured. The wording of the refusal about object lock is what the provider looks for. */
export const assertSettings = ({ properties }: Bucket, settings: Partial<Bucket['properties']>): void => {
  const { versioning, encryption, lifecycle } = settings;
  if (versioning != null && versioning.status !== 'Enabled' && versioning.status !== 'Suspended') throw malformed('Status');
  if (versioning !== undefined && versioning?.status !== 'Enabled' && properties.objectLock)
    throw new CloudError(
      409,
      'InvalidBucketState',
      'bucket versioning cannot be disabled on buckets with object lock enabled',
    );
  if (encryption != null && (encryption.length === 0 || encryption.some((algorithm) => algorithm !== 'AES256')))
    throw malformed('SSEAlgorithm');
  if (lifecycle != null) assertLifecycle(lifecycle);
};
