import { malformed } from '../../cloud/bucket-rules.js';
import { CloudError } from '../../cloud/cloud-error.js';
import type { SandboxCloud } from '../../cloud/sandbox-cloud.js';
import type { Bucket } from '../../cloud/types.js';
import type { Call, Reply, Route } from '../router.js';
import { SETTINGS } from './settings.js';
import type { SettingDocument } from './settings.js';
import { all, first, parseXml, textOf, writeXml, XmlError } from './xml.js';
import type { Content, Element } from './xml.js';

const XML = 'application/xml';

const document = (root: string, content: Content): Reply => ({ status: 200, body: writeXml(root, content), contentType: XML });

const nothing = (status: number, headers: Record<string, string> = {}): Reply => ({ status, headers });

/** The object storage's way to say no. */
export const bucketError = ({ httpStatus, errorCode, message }: CloudError): Reply => ({
  ...document('Error', { Code: errorCode, Message: message }),
  status: httpStatus,
});

const absent = (code: string, message: string): CloudError => new CloudError(404, code, message);

export const isSigned = ({ headers }: Call): boolean => headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;

/** Any key is taken, but there must be one. */
export const assertSigned = (call: Call): void => {
  if (!isSigned(call)) throw new CloudError(403, 'AccessDenied', 'Access Denied');
};

const bodyOf = (call: Call, root: string): Element => {
  try {
    const element = parseXml(call.text);
    if (element.name === root) return element;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  throw malformed(root);
};

/**
 * The buckets of the object storage, path style: what the provider calls for a bucket and for what our modules configure on it. Which
 * sub-resource is meant stands in the query (`?tagging=`). There are no objects.
 */
export const bucketRoutes = ({ buckets }: SandboxCloud): Record<string, Route> => {
  const named = (call: Call): Bucket => buckets.ready(call.params['bucket'] ?? '');
  const settingOf = ({ query }: Call): SettingDocument | undefined => Object.entries(SETTINGS).find(([name]) => query.has(name))?.[1];
  const notServed = ({ method, query }: Call): CloudError =>
    new CloudError(501, 'NotImplemented', `${method} with ${[...query.keys()].join(', ') || 'nothing else'} is not served by the sandbox`);

  const readSetting = (call: Call, { properties }: Bucket, { setting, root, write, absent: none }: SettingDocument): Reply => {
    const value = properties[setting];
    if (value === null && none !== undefined) throw absent(...none);
    const content = value === null ? {} : (write as (value: unknown) => Record<string, Content>)(value);
    // The provider's own client can only read this one as JSON, and asks for that.
    const asJson = setting === 'publicAccessBlock' && call.headers.accept?.includes('application/json') === true;
    return asJson ? { status: 200, body: content } : document(root, content);
  };

  const read = (call: Call): Reply => {
    const bucket = named(call);
    const { properties } = bucket;
    const { query } = call;
    const setting = settingOf(call);
    if (setting !== undefined) return readSetting(call, bucket, setting);
    if (query.has('location')) return document('LocationConstraint', properties.region);
    if (query.has('object-lock')) {
      if (!properties.objectLock)
        throw absent('ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket');
      return document('ObjectLockConfiguration', { ObjectLockEnabled: 'Enabled' });
    }
    if (query.has('tagging')) {
      const tags = Object.entries(properties.tags).map(([Key, Value]) => ({ Key, Value }));
      if (tags.length === 0) throw absent('NoSuchTagSet', 'The TagSet does not exist');
      return document('Tagging', { TagSet: { Tag: tags } });
    }
    throw notServed(call);
  };

  const create = (call: Call): Reply => {
    const name = call.params['bucket'] ?? '';
    const region = call.text === '' ? undefined : textOf(bodyOf(call, 'CreateBucketConfiguration'), 'LocationConstraint');
    const objectLock = call.headers['x-amz-bucket-object-lock-enabled'] === 'true';
    buckets.create({ name, objectLock, ...(region === undefined ? {} : { region }) });
    return nothing(200, { location: `/${name}` });
  };

  const write = (call: Call): Reply => {
    if ([...call.query.keys()].length === 0) return create(call);
    const { id } = named(call);
    const setting = settingOf(call);
    if (setting !== undefined) {
      buckets.configure(id, { [setting.setting]: setting.read(bodyOf(call, setting.root)) });
      return nothing(200);
    }
    if (!call.query.has('tagging')) throw notServed(call);
    const set = first(bodyOf(call, 'Tagging'), 'TagSet');
    const tags = set === undefined ? [] : all(set, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const);
    buckets.setTags(id, Object.fromEntries(tags));
    return nothing(204);
  };

  const remove = (call: Call): Reply => {
    const { id } = named(call);
    const setting = settingOf(call);
    // Versioning can only be suspended, never taken off.
    if (setting !== undefined && setting.setting !== 'versioning') buckets.configure(id, { [setting.setting]: null });
    else if (call.query.has('tagging')) buckets.setTags(id, {});
    else if ([...call.query.keys()].length === 0) buckets.delete(id);
    else throw notServed(call);
    return nothing(204);
  };

  const list = (): Reply => {
    const made = buckets.list().filter(({ pending }) => pending?.then !== 'ready');
    const shown = made.map(({ id, metadata }) => ({ Name: id, CreationDate: metadata.createdDate }));
    return document('ListAllMyBucketsResult', { Buckets: { Bucket: shown } });
  };

  return {
    'GET /': list,
    'HEAD /:bucket': (call) => nothing(200, { 'x-amz-bucket-region': named(call).properties.region }),
    'GET /:bucket': read,
    'PUT /:bucket': write,
    'DELETE /:bucket': remove,
  };
};
