import { DURATIONS } from './catalog.js';
import { assertBucketName, assertSettings, DEFAULT_REGION } from './bucket-rules.js';
import { CloudError } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { Bucket } from './types.js';

export interface BucketInput {
  name: string;
  /** eu-central-3 when it is not given. */
  region?: string | null;
  objectLock?: boolean;
  tags?: Record<string, string>;
}

/** What is configured on a bucket, each by a call of its own; null means that it is not. */
export type BucketSettings = Pick<Bucket['properties'], 'versioning' | 'encryption' | 'lifecycle' | 'publicAccessBlock'>;

const noSuchBucket = (): CloudError => new CloudError(404, 'NoSuchBucket', 'The specified bucket does not exist');

/** Buckets of the object storage. Its errors carry S3's codes instead of the Cloud API's. */
export class Buckets {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  list(): Bucket[] {
    return this.#ledger.list('buckets');
  }

  get(name: string): Bucket {
    const bucket = this.#ledger.find('buckets', name);
    if (bucket === undefined) throw noSuchBucket();
    return bucket;
  }

  /** A bucket that can be used: one that is still being made is not there yet. */
  ready(name: string): Bucket {
    const bucket = this.get(name);
    if (bucket.pending?.then === 'ready') throw noSuchBucket();
    return bucket;
  }

  create(input: BucketInput): Bucket {
    this.#ledger.faults.permit('buckets', 'create');
    assertBucketName(input.name);
    if (this.#ledger.find('buckets', input.name) !== undefined) {
      throw new CloudError(409, 'BucketAlreadyExists', `The requested bucket name '${input.name}' is not available`);
    }
    this.#ledger.insert('buckets', input.name, {
      id: input.name,
      type: 'bucket',
      metadata: this.#ledger.metadata('BUSY'),
      properties: {
        region: input.region || DEFAULT_REGION,
        objectLock: input.objectLock ?? false,
        tags: { ...input.tags },
        objects: 0,
        versioning: input.objectLock === true ? { status: 'Enabled', mfaDelete: 'Disabled' } : null,
        encryption: null,
        lifecycle: null,
        publicAccessBlock: null,
      },
    });
    this.#ledger.begin('buckets', input.name, { ms: DURATIONS.bucket, then: 'ready' });
    return this.get(input.name);
  }

  setTags(name: string, tags: Record<string, string>): Bucket {
    const bucket = this.get(name);
    bucket.properties.tags = { ...tags };
    this.#ledger.touch('buckets', name);
    return bucket;
  }

  configure(name: string, settings: Partial<BucketSettings>): Bucket {
    this.#ledger.faults.permit('buckets', 'update');
    const bucket = this.get(name);
    assertSettings(bucket, settings);
    Object.assign(bucket.properties, structuredClone(settings));
    this.#ledger.touch('buckets', name);
    return bucket;
  }

  /** A bucket with objects in it stays, unless it is emptied by force. */
  delete(name: string, force = false): void {
    this.#ledger.faults.permit('buckets', 'delete');
    const bucket = this.get(name);
    if (bucket.properties.objects > 0 && !force) throw new CloudError(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
    bucket.properties.objects = 0;
    bucket.metadata.state = 'BUSY';
    this.#ledger.begin('buckets', name, { ms: DURATIONS.bucket, then: 'gone' });
  }
}
