import { describe, expect, it } from 'vitest';
import { container, find, podOf, render } from './rendering.js';
import type { Manifest } from './rendering.js';
import { changed, valuesOf } from './tenants.js';

const caddyfile = (manifests: readonly Manifest[]): string => find(manifests, 'ConfigMap', 'gateway').data?.['Caddyfile'] ?? '';

/** The body of one site of the configuration. */
const site = (config: string, address: string): string => {
  const start = config.indexOf(`\n${address} {\n`);
  if (start < 0) throw new Error(`no site ${address} in\n${config}`);
  return config.slice(start, config.indexOf('\n}\n', start));
};

const portsOf = (manifests: readonly Manifest[]): { name: string; port: number; targetPort: string }[] =>
  (find(manifests, 'Service', 'gateway').spec.ports as { name: string; port: number; targetPort: string }[]).map(({ name, port, targetPort }) => ({ name, port, targetPort }));

/** The cookie header that reaches an application, as the site's own expressions leave it. */
const cookiesAfter = (siteText: string, cookies: string): string =>
  [...siteText.matchAll(/header_up Cookie "(.+)" ""/g)].reduce((left, [, expression]) => left.replaceAll(new RegExp(expression as string, 'g'), ''), cookies);

describe('without domains', () => {
  it('port 80 is WordPress, port 8080 is Open WebUI, and nothing is encrypted', async () => {
    const manifests = await render('gateway', valuesOf('small').gateway);
    expect(portsOf(manifests)).toEqual([
      { name: 'wordpress', port: 80, targetPort: 'wordpress' },
      { name: 'openwebui', port: 8080, targetPort: 'openwebui' },
    ]);
    const config = caddyfile(manifests);
    expect(config).toContain('auto_https off');
    expect(config).not.toContain('https://');
    expect(site(config, 'http://:8080')).toContain('reverse_proxy wordpress:8080');
    expect(site(config, 'http://:8081')).toContain('reverse_proxy openwebui:8080');
    expect(manifests.map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim');
  });

  it('keeps the session cookies of each application from the other', async () => {
    const config = caddyfile(await render('gateway', valuesOf('small').gateway));
    const cookies = 'token=A; wordpress_logged_in_1a=B; keep=1; oui-session=C; wp-settings-time-1=D; owui-session=E; wordpress_sec_x=F; oauth_id_token=G; PHPSESSID=H';
    expect(cookiesAfter(site(config, 'http://:8080'), cookies)).toBe('wordpress_logged_in_1a=B; keep=1; wp-settings-time-1=D; wordpress_sec_x=F; PHPSESSID=H');
    expect(cookiesAfter(site(config, 'http://:8081'), cookies)).toBe('token=A; keep=1; oui-session=C; owui-session=E; oauth_id_token=G');
    // Names that only look alike are none of its business.
    expect(cookiesAfter(site(config, 'http://:8080'), 'mytoken=1; tokens=2')).toBe('mytoken=1; tokens=2');
  });

  it('takes large uploads, streams answers and does not know the MCP endpoint', async () => {
    const config = caddyfile(await render('gateway', valuesOf('small').gateway));
    for (const address of ['http://:8080', 'http://:8081']) expect(site(config, address)).toContain('max_size 257MiB');
    expect(site(config, 'http://:8081')).toContain('flush_interval -1');
    const refused = [...site(config, 'http://:8080').matchAll(/'\(\?i\)([^']+)'/g)].map(([, expression]) => new RegExp(expression as string, 'i'));
    expect(refused).toHaveLength(3);
    expect('/wp-json/tenant/mcp').toMatch(refused[0] as RegExp);
    expect('/index.php/WP-JSON//tenant').toMatch(refused[0] as RegExp);
    expect('/wp-json/wp/v2/posts').not.toMatch(refused[0] as RegExp);
    expect('/tenant/mcp').toMatch(refused[1] as RegExp);
    expect('/wp/v2/posts').not.toMatch(refused[1] as RegExp);
  });
});

describe('with domains', () => {
  it('serves both by name on port 443 and sends old links there', async () => {
    const manifests = await render('gateway', valuesOf('large').gateway);
    expect(portsOf(manifests)).toContainEqual({ name: 'https', port: 443, targetPort: 'https' });
    const config = caddyfile(manifests);
    expect(config).not.toContain('auto_https off');
    expect(config).toContain('email web@gamma.example');
    expect(site(config, 'https://www.gamma.example')).toContain('reverse_proxy wordpress:8080');
    expect(site(config, 'https://chat.gamma.example')).toContain('reverse_proxy openwebui:8080');
    expect(site(config, 'http://:8080')).toContain('redir https://www.gamma.example{uri} 308');
    expect(site(config, 'http://:8081')).toContain('redir https://chat.gamma.example{uri} 308');
  });

  it('keeps certificates on a volume of its own', async () => {
    const manifests = await render('gateway', valuesOf('large').gateway);
    const gateway = find(manifests, 'Deployment', 'gateway');
    expect(podOf(gateway).volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'gateway-data' } });
    expect(container(gateway, 'caddy').volumeMounts).toContainEqual({ name: 'data', mountPath: '/data' });
    expect(caddyfile(manifests)).toContain('storage file_system /data/caddy');
  });

  it('asks the certificate authority that it is told to, and trusts it by the root that it is given', async () => {
    const authorityRoot = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const values = changed(valuesOf('large').gateway, { domains: { authority: 'https://pebble.example:14000/dir', authorityRoot } });
    const manifests = await render('gateway', values);
    expect(caddyfile(manifests)).toContain('acme_ca https://pebble.example:14000/dir');
    expect(caddyfile(manifests)).toContain('acme_ca_root /etc/caddy/authority.pem');
    expect(find(manifests, 'ConfigMap', 'gateway').data?.['authority.pem']?.trim()).toBe(authorityRoot.trim());
    expect(caddyfile(await render('gateway', valuesOf('large').gateway))).not.toContain('acme_ca_root');
  });
});

it('runs a copy of the binary, because the original carries a capability that the pod may not have', async () => {
  const gateway = find(await render('gateway', valuesOf('small').gateway), 'Deployment', 'gateway');
  expect(container(gateway, 'copy-binary').command).toEqual(['cp', '/usr/bin/caddy', '/opt/caddy/caddy']);
  expect(container(gateway, 'caddy').command?.[0]).toBe('/opt/caddy/caddy');
});

it('a cluster without load balancers can have it as an internal Service', async () => {
  const { spec } = find(await render('gateway', changed(valuesOf('small').gateway, { service: { type: 'ClusterIP' } })), 'Service', 'gateway');
  expect(spec.type).toBe('ClusterIP');
  for (const field of ['loadBalancerIP', 'allocateLoadBalancerNodePorts', 'externalTrafficPolicy']) expect(spec).not.toHaveProperty(field);
});
