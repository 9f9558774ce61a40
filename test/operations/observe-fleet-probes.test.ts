import { describe, expect, it } from 'vitest';
import { Prober, reachable } from '../../src/operations/observe-fleet-probes.js';

const none = { wordpress: null, openwebui: null };
const announced = { 80: 'http://127.0.0.1:41080', 8080: 'http://127.0.0.1:41088' };

describe('where endpoints are asked', () => {
  it('asks what the load balancer announced', () => {
    const places = reachable({ ip: '203.0.113.4', service: { address: '203.0.113.4', announced }, domains: none, recorded: {} });
    expect(places.wordpress).toEqual({ url: 'http://127.0.0.1:41080', ask: 'http://127.0.0.1:41080' });
    expect(places.openwebui).toEqual({ url: 'http://127.0.0.1:41088', ask: 'http://127.0.0.1:41088' });
  });

  it('shows a domain, but asks where the load balancer said', () => {
    const places = reachable({ ip: '203.0.113.4', service: { address: '203.0.113.4', announced }, domains: { wordpress: 'blog.example', openwebui: 'chat.example' }, recorded: {} });
    expect(places.wordpress).toEqual({ url: 'https://blog.example', ask: 'http://127.0.0.1:41080' });
  });

  it('asks an address of the tenant itself', () => {
    const places = reachable({ ip: '85.215.0.1', service: { address: '85.215.0.1', announced: {} }, domains: none, recorded: {} });
    expect(places.openwebui).toEqual({ url: 'http://85.215.0.1:8080', ask: 'http://85.215.0.1:8080' });
  });

  it.each([
    ['a documentation address', none],
    ['a domain that stands for one', { wordpress: 'blog.example', openwebui: 'chat.example' }],
  ])('never asks %s', (_title, domains) => {
    for (const ip of ['192.0.2.7', '198.51.100.7', '203.0.113.7']) {
      const places = reachable({ ip, service: { address: ip, announced: {} }, domains, recorded: {} });
      expect([places.wordpress.ask, places.openwebui.ask]).toEqual([undefined, undefined]);
      expect(places.wordpress.why).toContain('documentation address');
    }
  });

  it('asks nothing before the load balancer has an address', () => {
    const places = reachable({ ip: '85.215.0.1', service: undefined, domains: none, recorded: { wordpress: 'http://85.215.0.1' } });
    expect(places.wordpress).toEqual({ url: 'http://85.215.0.1', why: 'no address yet' });
  });
});

describe('the prober', () => {
  it('asks everything once, never more than sixteen at a time', async () => {
    let underWay = 0;
    let most = 0;
    const prober = new Prober({
      signal: new AbortController().signal,
      onAnswer: () => undefined,
      probe: async (url) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return { url, status: 200, latencyMs: 1 };
      },
    });
    for (let index = 0; index < 50; index += 1) prober.aim(`t${index}`, { wordpress: `http://127.0.0.1:1/${index}`, openwebui: `http://127.0.0.1:2/${index}` });
    await prober.once();
    expect(prober.answer('t49', 'openwebui')).toEqual({ url: 'http://127.0.0.1:2/49', status: 200, latencyMs: 1 });
    expect(most).toBe(16);
  });

  it('forgets an answer when the URL changes, also one that is still on its way', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const prober = new Prober({
      signal: new AbortController().signal,
      onAnswer: () => undefined,
      probe: async (url) => {
        await held;
        return { url, status: 200 };
      },
    });
    prober.aim('acme', { wordpress: 'http://127.0.0.1:1' });
    const asked = prober.once();
    prober.aim('acme', { wordpress: 'http://127.0.0.1:2' });
    release();
    await asked;
    expect(prober.answer('acme', 'wordpress')).toBeUndefined();
  });
});
