import { PROBE_OBJECT, PROBE_REGION, removeBucket, s3KeysOf, s3Request } from '../s3.js';
import type { Measurement } from '../suite.js';

/**
 * Does Object Storage refuse to overwrite with `If-None-Match: *`? Assumed: not relied on. If it does, a lock or a state could live in a
 * bucket; until then both live in the cluster, whose API server surely compares. Only with IONOS_S3_ACCESS_KEY and IONOS_S3_SECRET_KEY.
 */
export const conditionalWrites: Measurement = {
  id: 'conditional-writes',
  question: 'Object Storage honours If-None-Match on PUT',
  assumed: 'not relied on',
  needsReality: true,
  async measure(suite) {
    const keys = s3KeysOf(suite.env);
    if (!keys) return 'not tried: IONOS_S3_ACCESS_KEY and IONOS_S3_SECRET_KEY are not set';
    const bucket = `ionos-tenants-${suite.platform}`;
    await suite.noteBucket(bucket);
    try {
      const made = await s3Request(keys, PROBE_REGION, 'PUT', `/${bucket}`);
      if (made >= 300) throw new Error(`the bucket was not made: HTTP ${made}`);
      const put = (): Promise<number> => s3Request(keys, PROBE_REGION, 'PUT', `/${bucket}/${PROBE_OBJECT}`, { headers: { 'if-none-match': '*' }, body: 'x' });
      const [first, second] = [await put(), await put()];
      return `first HTTP ${first}, second HTTP ${second}: ${second === 412 ? 'honoured' : 'not honoured'}`;
    } finally {
      await removeBucket(keys, bucket);
    }
  },
};
