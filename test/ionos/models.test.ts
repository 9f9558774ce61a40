import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../src/engine/interrupts.js';
import { listModels } from '../../src/ionos/models.js';
import { readToken } from '../../src/ionos/credentials.js';
import { json, testServer } from '../support/http.js';

describe('the models that a token may use', () => {
  it.each(['', '/', '/v1', '/v1/'])('are asked for at /v1/models, with the address given as …%s', async (path) => {
    const server = await testServer((_request, response) => json(response, 200, { data: [{ id: 'openai/gpt-oss-120b' }, { id: 'BAAI/bge-m3' }, {}] }));
    expect(await listModels(`${server.url}${path}`, 'model-token-value')).toEqual(['openai/gpt-oss-120b', 'BAAI/bge-m3']);
    expect(server.asked).toEqual(['GET /v1/models']);
    expect(server.headers[0]?.authorization).toBe('Bearer model-token-value');
  });

  it.each([401, 403])('a refused token (%i) ends with exit code 4, and is not shown', async (status) => {
    const server = await testServer((_request, response) => json(response, status, {}));
    const error = await listModels(server.url, 'model-token-value').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'model-token', exitCode: 4, next: expect.arrayContaining([expect.stringContaining('--models none')]) as string[] });
    expect(JSON.stringify(error)).not.toContain('model-token-value');
  });

  it('a service that is not there, or is something else, is told as such', async () => {
    await expect(listModels('http://127.0.0.1:9', 't')).rejects.toMatchObject({ code: 'models-unreachable', exitCode: 1 });
    const broken = await testServer((_request, response) => json(response, 500, {}));
    await expect(listModels(broken.url, 't')).rejects.toMatchObject({ code: 'models-unreachable', why: expect.stringContaining('500') as string });
    const page = await testServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>welcome</html>'));
    await expect(listModels(page.url, 't')).rejects.toMatchObject({ code: 'models-unreachable' });
    const other = await testServer((_request, response) => json(response, 200, { hello: 'world' }));
    await expect(listModels(other.url, 't')).rejects.toMatchObject({ code: 'models-unreachable' });
  });

  it('an interrupt is a cancellation', async () => {
    const stop = new AbortController();
    const server = await testServer(() => stop.abort(new CancelledError()));
    await expect(listModels(server.url, 't', stop.signal)).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('what a token says about itself', () => {
  const token = (claims: object): string => ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'c2ln'].join('.');

  it('is its end, its contract and its rights', () => {
    expect(readToken(token({ exp: 1_767_225_600, identity: { contractNumber: 31, uuid: 'u', privileges: ['ACCESS_AND_MANAGE_AI_MODEL_HUB'] } }))).toEqual({ expiresAt: '2026-01-01T00:00:00.000Z', contractNumber: 31, userId: 'u', privileges: ['ACCESS_AND_MANAGE_AI_MODEL_HUB'] });
    expect(readToken(token({}))).toEqual({ privileges: [] });
  });

  it.each(['', 'plain', 'a.b.c', 'a.%%%.c'])('is nothing when %j is no JSON web token', (text) => {
    expect(readToken(text)).toBeUndefined();
  });
});
