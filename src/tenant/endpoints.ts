import { isDocumentationAddress } from './cidr.js';

export interface Endpoints {
  /** Without a trailing slash. */
  wordpress: string;
  openwebui: string;
}

export interface EndpointInput {
  /** The tenant's own IPv4 address. */
  ip: string;
  domains?: { wordpress: string | null; openwebui: string | null };
  /** URLs that a load balancer controller announced per port (annotation `ionos-tenants.io/url-<port>`); they win over the address. */
  announced?: Partial<Record<80 | 8080, string>>;
}

const trimmed = (url: string): string => url.replace(/\/+$/, '');

/** The two public URLs: `https://<domain>` with a domain, else port 80 (WordPress) and 8080 (Open WebUI) of the tenant's address. */
export const endpointsOf = ({ ip, domains, announced }: EndpointInput): Endpoints => ({
  wordpress: domains?.wordpress ? `https://${domains.wordpress}` : trimmed(announced?.[80] ?? `http://${ip}`),
  openwebui: domains?.openwebui ? `https://${domains.openwebui}` : trimmed(announced?.[8080] ?? `http://${ip}:8080`),
});

/** True when logins to both applications travel encrypted. */
export const isEncrypted = (endpoints: Endpoints): boolean => [endpoints.wordpress, endpoints.openwebui].every((url) => url.startsWith('https://'));

/** Endpoints before the address is known, as a wizard shows them. */
export const expectedEndpoints = (domains?: EndpointInput['domains']): Endpoints => endpointsOf({ ip: '<its own IP>', ...(domains ? { domains } : {}) });

export { isDocumentationAddress };
