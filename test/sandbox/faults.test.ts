import { describe, expect, it, onTestFinished } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import { startApiDoor } from '../../src/sandbox/api-door/index.js';
import { callOf } from '../../src/sandbox/faults/api-gate.js';
import { FaultBook } from '../../src/sandbox/faults/book.js';
import { FAULTS } from '../../src/sandbox/faults/catalog.js';
import { faultHelp, faultText, parseFault } from '../../src/sandbox/faults/fault.js';
import { immediateCloud } from '../support/cloud.js';

const problemOf = (text: string): InstallerError => {
  try {
    parseFault(text);
  } catch (error) {
    if (error instanceof InstallerError) return error;
  }
  throw new Error(`${text} was taken`);
};

describe('a fault as it is typed', () => {
  it('has its parameters filled in, and is shown without those', () => {
    expect(parseFault('429:kind=ipblock,as=date')).toEqual({ name: '429', left: 2, parameters: { action: 'any', kind: 'ipblock', door: 'cloud', times: '2', 'retry-after': '1', as: 'date' } });
    expect(faultText(parseFault('429:kind=ipblock,as=date'))).toBe('429:kind=ipblock,as=date');
    expect(parseFault('422').left).toBe('always');
  });

  it.each(FAULTS.map(({ name }) => name))('%s can be typed without parameters, and is in the help', (name) => {
    expect(faultText(parseFault(name))).toBe(name);
    expect(faultHelp()).toContain(name);
  });

  it.each([
    ['bogus', /there is no fault bogus/, /There are: latency, 401, /],
    ['429:colour=red', /no fault 429:colour=red/, /It takes: action, kind, door, times, retry-after, as/],
    ['429:kind=moon', /no fault/, /ipblock/],
    ['latency:ms=soon', /no fault/, /milliseconds/],
    ['429:times=0', /no fault/, /how often/],
    ['', /no fault without a name/, /There are/],
  ])('%s is wrong use, with what there is', (text, what, next) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ exitCode: 2, code: 'fault-unknown' });
    expect(problem.what).toMatch(what);
    expect(problem.next.join()).toMatch(next);
  });
});

describe('the book of faults', () => {
  it('lets a fault happen as often as it was ordered, and says what is left', () => {
    const book = new FaultBook();
    book.add(parseFault('503:times=2'));
    expect(book.take('503')).toBeDefined();
    expect(book.list().map(faultText)).toEqual(['503:times=1']);
    expect(book.take('503')).toBeDefined();
    expect(book.take('503')).toBeUndefined();
    expect(book.list()).toEqual([]);
  });

  it('narrows a fault, and ends those of one name', () => {
    const book = new FaultBook();
    for (const text of ['422:kind=lan', 'no-address', 'no-address:namespace=tenant-acme']) book.add(parseFault(text));
    expect(book.take('422', ({ kind }) => kind === 'ipblock')).toBeUndefined();
    expect(book.take('422', ({ kind }) => kind === 'lan')).toBeDefined();
    expect(book.clear('no-address')).toBe(2);
    expect(book.list().map(faultText)).toEqual(['422:kind=lan']);
  });

  it('holds what is stuck until it is cleared', async () => {
    const cloud = immediateCloud();
    cloud.faults.add(parseFault('stuck-busy:kind=ipblock'));
    const block = cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    const settled = cloud.settled('ipBlocks', block.id);
    await new Promise((resolve) => setImmediate(resolve));
    expect(cloud.ipBlocks.get(block.id).metadata.state).toBe('BUSY');
    cloud.faults.clear('stuck-busy');
    await settled;
    expect(cloud.ipBlocks.get(block.id).metadata.state).toBe('AVAILABLE');
  });
});

describe('what a request is about', () => {
  it.each([
    ['GET', '/cloudapi/v6/k8s', 'list', 'cluster'],
    ['GET', '/cloudapi/v6/k8s/1', 'read', 'cluster'],
    ['GET', '/cloudapi/v6/k8s/1/kubeconfig', 'read', 'kubeconfig'],
    ['GET', '/cloudapi/v6/k8s/1/nodepools', 'list', 'nodepool'],
    ['POST', '/cloudapi/v6/k8s/1/nodepools', 'create', 'nodepool'],
    ['PUT', '/cloudapi/v6/k8s/1/nodepools/2', 'update', 'nodepool'],
    ['DELETE', '/cloudapi/v6/ipblocks/1', 'delete', 'ipblock'],
    ['GET', '/cloudapi/v6/requests/1/status', 'read', 'request'],
    ['GET', '/v1/models', 'list', 'models'],
    ['PUT', '/some-bucket', 'create', 'bucket'],
  ])('%s %s is %s of %s', (method, path, action, kind) => {
    expect(callOf(method, path)).toEqual({ door: 'api', action, kind });
  });
});

describe('the door of the Cloud API', () => {
  const open = async () => {
    const cloud = immediateCloud();
    const door = await startApiDoor(cloud, { kubeconfig: () => '' });
    onTestFinished(() => door.close());
    const call = (method: string, path: string, body?: object) =>
      fetch(`${door.url}${path}`, { method, headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { cloud, call };
  };
  const BLOCK = { properties: { name: 'mine', location: 'de/txl', size: 1 } };

  it('takes and ends faults, and no fault stands in the way of that', async () => {
    const { call } = await open();
    expect(await (await call('POST', '/sandbox/faults', { faults: ['401', 'latency:ms=0'] })).json()).toEqual({ faults: ['401', 'latency:ms=0'] });
    expect((await call('GET', '/cloudapi/v6/contracts')).status).toBe(401);
    expect(await (await call('DELETE', '/sandbox/faults?name=401')).json()).toEqual({ faults: ['latency:ms=0'], cleared: 1 });
    expect((await call('GET', '/cloudapi/v6/contracts')).status).toBe(200);
  });

  it('says when to come back in seconds, or as a date that is not too early', async () => {
    const { cloud, call } = await open();
    cloud.faults.add(parseFault('429:times=1,retry-after=7'));
    expect((await call('GET', '/cloudapi/v6/contracts')).headers.get('retry-after')).toBe('7');
    cloud.faults.add(parseFault('503:times=1,retry-after=7,as=date'));
    const before = Date.now();
    const answer = await call('GET', '/cloudapi/v6/contracts');
    expect(answer.status).toBe(503);
    expect(Date.parse(answer.headers.get('retry-after') ?? '')).toBeGreaterThanOrEqual(before + 7000);
  });

  it('makes an object and breaks the connection instead of answering', async () => {
    const { cloud, call } = await open();
    cloud.faults.add(parseFault('lost-answer:kind=ipblock'));
    await expect(call('POST', '/cloudapi/v6/ipblocks', BLOCK)).rejects.toThrow();
    expect(cloud.ipBlocks.list().map(({ properties }) => properties.name)).toEqual(['mine']);
    expect((await call('POST', '/cloudapi/v6/ipblocks', BLOCK)).status).toBe(202);
  });

  it('shows limits that are reached, unless they are to be met on the way only', async () => {
    const { cloud, call } = await open();
    const limits = async (): Promise<{ reservableIps: number; reservedIpsOnContract: number }> =>
      ((await (await call('GET', '/cloudapi/v6/contracts?depth=1')).json()) as { items: { properties: { resourceLimits: { reservableIps: number; reservedIpsOnContract: number } } }[] }).items[0]?.properties.resourceLimits ?? { reservableIps: -1, reservedIpsOnContract: -1 };
    cloud.faults.add(parseFault('quota:of=ips,shown=no'));
    expect((await limits()).reservableIps).toBeGreaterThan(0);
    expect((await call('POST', '/cloudapi/v6/ipblocks', BLOCK)).status).toBe(422);
    cloud.faults.add(parseFault('quota:of=ips'));
    expect(await limits()).toMatchObject({ reservableIps: 0, reservedIpsOnContract: 0 });
  });
});
