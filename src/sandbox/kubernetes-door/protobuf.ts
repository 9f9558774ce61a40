import { unsupportedMediaType } from './api-error.js';
import type { Loose } from './objects.js';

/**
 * Go clients built since 2026 write built-in kinds as protobuf and do not fall back to JSON. This reads the few kinds that our tools
 * write that way (helm its releases, kubectl its `create` of small things); answers are always JSON, which those clients accept.
 * Field numbers are those of the published generated.proto files of k8s.io/api and k8s.io/apimachinery.
 */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

type Type = 'string' | 'bool' | 'int' | 'time' | 'microtime' | 'texts' | 'blobs' | { message: keyof typeof messages };
type Field = [json: string, type: Type, repeated?: 'repeated'];

const metadata: Field = ['metadata', { message: 'ObjectMeta' }];

const messages: Record<string, Record<number, Field>> = {
  ObjectMeta: {
    1: ['name', 'string'],
    2: ['generateName', 'string'],
    3: ['namespace', 'string'],
    5: ['uid', 'string'],
    6: ['resourceVersion', 'string'],
    11: ['labels', 'texts'],
    12: ['annotations', 'texts'],
    13: ['ownerReferences', { message: 'OwnerReference' }, 'repeated'],
    14: ['finalizers', 'string', 'repeated'],
  },
  OwnerReference: {
    1: ['kind', 'string'],
    3: ['name', 'string'],
    4: ['uid', 'string'],
    5: ['apiVersion', 'string'],
    6: ['controller', 'bool'],
    7: ['blockOwnerDeletion', 'bool'],
  },
  Secret: { 1: metadata, 2: ['data', 'blobs'], 3: ['type', 'string'], 4: ['stringData', 'texts'], 5: ['immutable', 'bool'] },
  ConfigMap: { 1: metadata, 2: ['data', 'texts'], 3: ['binaryData', 'blobs'], 4: ['immutable', 'bool'] },
  Namespace: { 1: metadata },
  ServiceAccount: { 1: metadata, 3: ['imagePullSecrets', { message: 'LocalObjectReference' }, 'repeated'], 4: ['automountServiceAccountToken', 'bool'] },
  LocalObjectReference: { 1: ['name', 'string'] },
  Lease: { 1: metadata, 2: ['spec', { message: 'LeaseSpec' }] },
  LeaseSpec: {
    1: ['holderIdentity', 'string'],
    2: ['leaseDurationSeconds', 'int'],
    3: ['acquireTime', 'microtime'],
    4: ['renewTime', 'microtime'],
    5: ['leaseTransitions', 'int'],
  },
  DeleteOptions: {
    1: ['gracePeriodSeconds', 'int'],
    2: ['preconditions', { message: 'Preconditions' }],
    3: ['orphanDependents', 'bool'],
    4: ['propagationPolicy', 'string'],
    5: ['dryRun', 'string', 'repeated'],
  },
  Eviction: { 1: metadata, 2: ['deleteOptions', { message: 'DeleteOptions' }] },
  SelfSubjectReview: { 1: metadata },
  SelfSubjectAccessReview: { 1: metadata, 2: ['spec', { message: 'SelfSubjectAccessReviewSpec' }] },
  SelfSubjectAccessReviewSpec: { 1: ['resourceAttributes', { message: 'ResourceAttributes' }], 2: ['nonResourceAttributes', { message: 'NonResourceAttributes' }] },
  ResourceAttributes: {
    1: ['namespace', 'string'],
    2: ['verb', 'string'],
    3: ['group', 'string'],
    4: ['version', 'string'],
    5: ['resource', 'string'],
    6: ['subresource', 'string'],
    7: ['name', 'string'],
  },
  NonResourceAttributes: { 1: ['path', 'string'], 2: ['verb', 'string'] },
  Preconditions: { 1: ['uid', 'string'], 2: ['resourceVersion', 'string'] },
};

/** Walks the fields of one encoded message: varints as numbers, everything with a length as bytes. */
function* fieldsOf(bytes: Buffer): Generator<[number: number, value: number | Buffer]> {
  let at = 0;
  const varint = (): number => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new RangeError('truncated');
      at += 1;
      result |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, result));
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    switch (tag & 7) {
      case 0:
        yield [tag >>> 3, varint()];
        break;
      case 2: {
        const length = varint();
        if (at + length > bytes.length) throw new RangeError('truncated');
        yield [tag >>> 3, bytes.subarray(at, at + length)];
        at += length;
        break;
      }
      default:
        throw new RangeError(`wire type ${tag & 7}`);
    }
  }
}

const mapEntry = (bytes: Buffer): [string, Buffer] => {
  const found = new Map(fieldsOf(bytes));
  return [String(found.get(1) ?? ''), (found.get(2) as Buffer | undefined) ?? Buffer.alloc(0)];
};

const timeOf = (bytes: Buffer, micro: boolean): string | undefined => {
  const found = new Map(fieldsOf(bytes));
  const seconds = found.get(1) as number | undefined;
  // Go's zero time is encoded as nothing at all.
  if (seconds === undefined) return undefined;
  const base = new Date(seconds * 1000).toISOString().slice(0, 19);
  return micro ? `${base}.${String(Math.floor(((found.get(2) as number | undefined) ?? 0) / 1000)).padStart(6, '0')}Z` : `${base}Z`;
};

const decodeMessage = (name: string, bytes: Buffer): Loose => {
  const result: Loose = {};
  for (const [number, value] of fieldsOf(bytes)) {
    const field = messages[name]?.[number];
    if (!field) continue;
    const [json, type, repeated] = field;
    if (type === 'texts' || type === 'blobs') {
      const [key, item] = mapEntry(value as Buffer);
      (result[json] ??= {})[key] = type === 'texts' ? item.toString('utf8') : item.toString('base64');
      continue;
    }
    const decoded =
      type === 'bool' ? value !== 0
      : type === 'int' ? value
      : type === 'string' ? String(value)
      : type === 'time' || type === 'microtime' ? timeOf(value as Buffer, type === 'microtime')
      : decodeMessage(type.message, value as Buffer);
    // Go writes empty strings for fields that were never set.
    if (decoded === undefined || (decoded === '' && !repeated)) continue;
    if (repeated) ((result[json] ??= []) as unknown[]).push(decoded);
    else result[json] = decoded;
  }
  return result;
};

const PREFIX = Buffer.from('k8s\0', 'latin1');

/** Decodes a request's body: four magic bytes and an envelope that names the kind. @throws ApiError 415 for kinds that are not listed above */
export const decodeProtobuf = (body: Buffer): Loose => {
  const refuse = (): never => {
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  };
  if (!body.subarray(0, 4).equals(PREFIX)) return refuse();
  try {
    const envelope = new Map(fieldsOf(body.subarray(4)));
    const type = new Map(fieldsOf((envelope.get(1) as Buffer | undefined) ?? Buffer.alloc(0)));
    const [apiVersion, kind] = [String(type.get(1) ?? ''), String(type.get(2) ?? '')];
    if (!messages[kind] || kind === 'ObjectMeta') return refuse();
    return { apiVersion, kind, ...decodeMessage(kind, (envelope.get(2) as Buffer | undefined) ?? Buffer.alloc(0)) };
  } catch (error) {
    if (error instanceof RangeError) return refuse();
    throw error;
  }
};
