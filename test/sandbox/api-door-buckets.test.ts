import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseXml, writeXml, XmlError } from '../../src/sandbox/api-door/buckets/xml.js';
import { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { immediateCloud } from '../support/cloud.js';
import { openApi } from '../support/api.js';
import type { ApiClient } from '../support/api.js';
import { HeldClock } from '../support/provider.js';

let cloud: SandboxCloud;
let api: ApiClient;
beforeEach(async () => {
  cloud = immediateCloud();
  api = await openApi(cloud);
});
afterEach(() => api.close());

const REGION = (region: string): string => `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;

const made = async (name: string, objectLock = false): Promise<void> => {
  cloud.buckets.create({ name, region: 'test-1', objectLock });
  await cloud.settled('buckets', name);
};

const refusal = async (method: string, path: string, body?: string): Promise<[number, string | undefined]> => {
  const [status, text] = await api.bucket(method, path, body);
  return [status, parseXml(text).children.find(({ name }) => name === 'Code')?.text];
};

describe('the buckets beside the Cloud API', () => {
  it('lie in the region that was named, else in the default one, and are listed', async () => {
    expect((await api.bucket('PUT', '/first', REGION('somewhere-9')))[0]).toBe(200);
    expect((await api.bucket('PUT', '/second'))[0]).toBe(200);
    for (const name of ['first', 'second']) await cloud.settled('buckets', name);
    expect((await api.bucket('GET', '/first?location='))[1]).toContain('<LocationConstraint>somewhere-9</LocationConstraint>');
    expect((await api.bucket('GET', '/second?location='))[1]).toContain('<LocationConstraint>eu-central-3</LocationConstraint>');
    const names = [...(await api.bucket('GET', '/'))[1].matchAll(/<Name>(\w+)<\/Name>/g)].map(([, name]) => name);
    expect(names).toEqual(['first', 'second']);
  });

  it('are there when they are made, and until they are gone', async () => {
    const slow = await openApi(new SandboxCloud({ clock: new HeldClock() }));
    expect((await slow.bucket('PUT', '/young'))[0]).toBe(200);
    expect((await slow.bucket('HEAD', '/young'))[0]).toBe(404);
    expect((await slow.bucket('PUT', '/young'))[1]).toContain('BucketAlreadyExists');
    await slow.close();
    await made('old');
    expect(await api.bucket('DELETE', '/old')).toEqual([204, '']);
    await cloud.settled('buckets', 'old');
    expect(await refusal('DELETE', '/old')).toEqual([404, 'NoSuchBucket']);
  });

  it('are for those who sign, with whatever key', async () => {
    await made('private');
    for (const path of ['/private', '/private?location=', '/']) {
      const response = await fetch(`${api.url}${path}`, { headers: { authorization: 'Bearer sandbox-token' } });
      expect([response.status, response.headers.get('content-type')]).toEqual([403, 'application/xml']);
      expect(await response.text()).toContain('<Code>AccessDenied</Code>');
    }
  });

  it('say in their own way what is wrong', async () => {
    await made('full');
    cloud.buckets.get('full').properties.objects = 2;
    expect(await refusal('PUT', '/UPPER')).toEqual([400, 'InvalidBucketName']);
    expect(await refusal('PUT', '/full')).toEqual([409, 'BucketAlreadyExists']);
    expect(await refusal('DELETE', '/full')).toEqual([409, 'BucketNotEmpty']);
    expect(await refusal('GET', '/none?location=')).toEqual([404, 'NoSuchBucket']);
    expect(await refusal('PUT', '/full?versioning=', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>')).toEqual([400, 'MalformedXML']);
    expect(await refusal('PUT', '/full?encryption=', '<ServerSideEncryptionConfiguration/>')).toEqual([400, 'MalformedXML']);
    expect(await refusal('PUT', '/full?tagging=', '<Tagging>')).toEqual([400, 'MalformedXML']);
    const rule = '<Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>0</Days></Expiration></Rule>';
    expect(await refusal('PUT', '/full?lifecycle=', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`)).toEqual([400, 'InvalidArgument']);
    expect(await refusal('GET', '/full?policy=')).toEqual([501, 'NotImplemented']);
    expect(await refusal('PUT', '/full/object.txt', 'x')).toEqual([501, 'NotImplemented']);
    expect(cloud.buckets.get('full').properties).toMatchObject({ versioning: null, encryption: null, lifecycle: null });
  });

  it('keep their versions where objects can be locked', async () => {
    await made('locked', true);
    expect((await api.bucket('GET', '/locked?object-lock='))[1]).toContain('<ObjectLockEnabled>Enabled</ObjectLockEnabled>');
    expect(await refusal('PUT', '/locked?versioning=', '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>')).toEqual([409, 'InvalidBucketState']);
    expect(cloud.buckets.get('locked').properties.versioning).toMatchObject({ status: 'Enabled' });
  });

  it('say nothing about versions that nobody decided on', async () => {
    await made('plain');
    expect(await api.bucket('GET', '/plain?versioning=')).toEqual([200, expect.stringMatching(/<VersioningConfiguration><\/VersioningConfiguration>$/)]);
  });
});

describe('the documents of the object storage', () => {
  it('come back as they went', () => {
    const content = { Tag: [{ Key: 'a<b', Value: '&"x"' }, { Key: 'é', Value: null }] };
    const { name, children } = parseXml(writeXml('Tagging', content));
    expect(name).toBe('Tagging');
    expect(children.map((tag) => tag.children.map(({ text }) => text))).toEqual([['a<b', '&"x"'], ['é']]);
  });

  it('are read as other writers write them', () => {
    const source = '<?xml version="1.0"?>\n<!-- ours -->\n<s3:Tagging xmlns:s3="http://example/">\n  <TagSet />\n</s3:Tagging>\n';
    expect(parseXml(source)).toMatchObject({ name: 'Tagging', children: [{ name: 'TagSet', children: [] }] });
    expect(parseXml('<A>&#65;&#x42;&amp;</A>').text).toBe('AB&');
  });

  it.each(['', 'text', '<A>', '<A></B>', '</A>', '<A/><B/>', '<A/>text', '<A', '<A>&unknown;</A>'])('are refused where they are none: %s', (source) => {
    expect(() => parseXml(source)).toThrow(XmlError);
  });
});
