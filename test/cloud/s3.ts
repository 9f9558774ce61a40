import { createHash, createHmac } from 'node:crypto';

export interface S3Keys {
  accessKey: string;
  secretKey: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * One signed request (AWS Signature Version 4, as documented by AWS: "Signing AWS API requests") to IONOS Object Storage, path style.
 * Returns the HTTP status.
 */
export const s3Request = async (keys: S3Keys, region: string, method: string, path: string, { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {}): Promise<number> => {
  const host = `s3.${region}.ionoscloud.com`;
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const all: Record<string, string> = { ...headers, host, 'x-amz-content-sha256': sha256(body), 'x-amz-date': time };
  const names = Object.keys(all).sort();
  const canonical = [method, path, '', ...names.map((name) => `${name}:${all[name]}`), '', names.join(';'), sha256(body)].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${keys.secretKey}`, day), region), 's3'), 'aws4_request');
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).digest('hex');
  const { host: _host, ...sent } = all;
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const { status } = await fetch(`https://${host}${path}`, { method, headers: { ...sent, authorization }, signal: AbortSignal.timeout(30_000), ...(body === '' ? {} : { body }) });
  return status;
};

export const s3KeysOf = (env: NodeJS.ProcessEnv): S3Keys | undefined =>
  env['IONOS_S3_ACCESS_KEY'] && env['IONOS_S3_SECRET_KEY'] ? { accessKey: env['IONOS_S3_ACCESS_KEY'], secretKey: env['IONOS_S3_SECRET_KEY'] } : undefined;

/** Region of the probe's bucket, and the object that it writes. */
export const PROBE_REGION = 'eu-central-3';
export const PROBE_OBJECT = 'if-none-match';

/** Removes the probe's bucket; one that is gone is fine. Throws when it stays. */
export const removeBucket = async (keys: S3Keys, bucket: string): Promise<void> => {
  for (const path of [`/${bucket}/${PROBE_OBJECT}`, `/${bucket}`]) {
    const status = await s3Request(keys, PROBE_REGION, 'DELETE', path);
    if (status >= 300 && status !== 404) throw new Error(`the bucket ${bucket} was not removed: HTTP ${status}`);
  }
};
