import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeAuthority } from './support/certificates.js';
import { HUB, Models, ask } from './support/models.js';
import type { Pod } from './support/pod.js';

let models: Models;
beforeAll(async () => {
  models = await Models.prepare(3);
});
afterAll(() => models.close());

describe('the hub\'s certificate', () => {
  it.each([
    ['another name', /does not match/, async () => models.authority.issue('other.models.example')],
    ['run out', /certificate has expired/, async () => models.authority.issue(HUB, -1)],
    ['an unknown authority', /unable to get local issuer certificate|self-signed|unable to verify/, async () => (await makeAuthority(models.folder, 'stranger')).issue(HUB)],
  ])('%s: nothing is sent there, the tenant reads why, and the log says it', async (_title, reason, issue) => {
    const hub = await models.newHub(await issue());
    const { pod, url } = await models.newPod(['acme']);
    const answer = await ask(url, 'acme');
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect([answer.status, error.code, error.message]).toEqual([502, 'hub_unreachable', expect.stringContaining('certificate is not trusted')]);
    expect(hub.asked).toHaveLength(0);
    expect(pod.log()).toMatch(reason);
    await pod.remove();
  });

  it('the right one passes, and the image\'s own roots are not enough for a service of one\'s own', async () => {
    const hub = await models.newHub();
    const right = await models.newPod(['acme']);
    expect((await ask(right.url, 'acme')).status).toBe(200);
    const roots = await models.newPod(['acme'], { hub: { baseUrl: `https://${HUB}`, authorityRoot: '' } });
    expect((await ask(roots.url, 'acme')).status).toBe(502);
    expect(hub.asked).toHaveLength(1);
    await Promise.all([right.pod.remove(), roots.pod.remove()]);
  });
});

it('a hub that moves to another address is found again, without a restart', async () => {
  const old = await models.newHub();
  const { pod, url } = await models.newPod(['acme']);
  expect((await ask(url, 'acme')).status).toBe(200);
  const next = await models.newHub();
  await old.close();
  await vi.waitFor(async () => {
    await ask(url, 'acme');
    expect(next.asked.length).toBeGreaterThan(0);
  }, { timeout: 90_000, interval: 1000 });
  await pod.remove();
});

describe('keys change while answers stream', () => {
  const rolled = async (before: readonly ('acme' | 'globex')[], after: readonly ('acme' | 'globex')[]): Promise<{ old: Pod; oldUrl: string; newUrl: string }> => {
    const first = await models.newPod(before);
    const second = await models.newPod(after);
    return { old: first.pod, oldUrl: first.url, newUrl: second.url };
  };

  it('the old pod ends every answer that it has begun, takes nothing new, and then goes; the new one knows the new keys only', async () => {
    const hub = await models.newHub();
    const { old, oldUrl, newUrl } = await rolled(['acme'], ['globex']);
    const [stream, answer] = await Promise.all([hub.nextStream(), ask(oldUrl, 'acme', { stream: true })]);
    stream.response.write('data: one\n\n');
    const reader = answer.body!.getReader();
    await reader.read();

    const terminated = old.terminate();
    await vi.waitFor(() => expect(ask(oldUrl, 'acme')).rejects.toThrow(), { timeout: 30_000, interval: 200 });
    expect((await ask(newUrl, 'acme')).status).toBe(401);
    expect((await ask(newUrl, 'globex')).status).toBe(200);

    stream.response.write('data: two\n\n');
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: two\n\n');
    stream.response.end('data: [DONE]\n\n');
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: [DONE]\n\n');
    expect((await reader.read()).done).toBe(true);
    await terminated;
    expect(await old.ended).toBe(0);
  });
});
