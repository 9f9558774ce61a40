import { createHash } from 'node:crypto';
import { createOnce, orUndefined, statusOf, type Cluster } from '../cluster/client.js';
import { ensureNamespace } from '../cluster/namespaces.js';
import { randomSecret, secretOnce } from '../cluster/secrets.js';
import { InstallerError } from '../engine/errors.js';
import type { Redactor } from '../engine/redact.js';
import { CLAIM_NAMES, MODELS_NAMESPACE, namespaceOf, SECRET_NAMES, tenantLabels } from '../tenant/resource-names.js';

const SALTS = ['auth-key', 'secure-auth-key', 'logged-in-key', 'nonce-key', 'auth-salt', 'secure-auth-salt', 'logged-in-salt', 'nonce-salt'];

/** Claims and the Secret that opens what is on them: a claim whose Secret is gone must never be given a new one. */
const OPENED_BY: Record<string, readonly string[]> = {
  [SECRET_NAMES.wordpress]: [CLAIM_NAMES.database, CLAIM_NAMES.wordpress],
  [SECRET_NAMES.openwebui]: [CLAIM_NAMES.openwebui],
};

const refuseLostSecrets = async (cluster: Cluster, tenant: string): Promise<void> => {
  const namespace = namespaceOf(tenant);
  const claims = new Set((await cluster.core.listNamespacedPersistentVolumeClaim({ namespace })).items.map((claim) => claim.metadata?.name ?? ''));
  for (const [name, opens] of Object.entries(OPENED_BY)) {
    const lost = opens.filter((claim) => claims.has(claim));
    if (lost.length === 0 || (await orUndefined(cluster.core.readNamespacedSecret({ name, namespace })))) continue;
    throw new InstallerError({
      code: 'secret-lost',
      what: `the Secret ${name} of ${tenant} is gone, but its data is still there`,
      why: `${lost.join(', ')} was written under keys in that Secret; a new one would lock the data away`,
      next: [
        `Bring it back from your copy: kubectl --namespace ${namespace} apply --filename <file>. Then run the same command again.`,
        `Without a copy nothing opens that data any more: \`delete ${tenant}\` removes the tenant with it, and the name can be onboarded anew.`,
        'Nothing was changed.',
      ],
    });
  }
};

export interface TenantSecrets {
  changed: boolean;
  /** Changes when a value changes, and tells nothing about it: rolls the pods that read the Secret. */
  checksums: { wordpress: string; openwebui: string };
}

const checksum = (data: Record<string, string>): string =>
  createHash('sha256').update(JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))).digest('hex').slice(0, 16);

/** Makes the tenant's Secrets once, one per application. Values never leave this function except to the API server and the redactor. */
export const ensureTenantSecrets = async (cluster: Cluster, tenant: string, redactor: Redactor): Promise<TenantSecrets> => {
  await refuseLostSecrets(cluster, tenant);
  const namespace = namespaceOf(tenant);
  const labels = tenantLabels(tenant);
  const wordpress = await secretOnce(cluster, { namespace, name: SECRET_NAMES.wordpress, labels }, {
    'database-root-password': () => randomSecret(32),
    'database-password': () => randomSecret(32),
    'admin-password': () => randomSecret(24),
    'mcp-token': () => randomSecret(48),
    ...Object.fromEntries(SALTS.map((name) => [name, () => randomSecret(64)])),
  });
  const openwebui = await secretOnce(cluster, { namespace, name: SECRET_NAMES.openwebui, labels }, {
    // Not 44 characters: Open WebUI would take such a key for a Fernet key.
    'secret-key': () => randomSecret(64),
    'admin-password': () => randomSecret(24),
    'mcp-token': () => wordpress.data['mcp-token'] ?? '',
    'model-key': () => randomSecret(48),
  });
  for (const value of [...Object.values(wordpress.data), ...Object.values(openwebui.data)]) redactor.register(value);
  return { changed: wordpress.changed || openwebui.changed, checksums: { wordpress: checksum(wordpress.data), openwebui: checksum(openwebui.data) } };
};

export interface ModelGatewaySecrets {
  changed: boolean;
  checksum: string;
}

/** The token that the model gateway of this cluster has. A secret: register it with the redactor. */
export const readModelToken = async (cluster: Cluster): Promise<string | undefined> => {
  const data = (await orUndefined(cluster.core.readNamespacedSecret({ name: SECRET_NAMES.modelGateway, namespace: MODELS_NAMESPACE })))?.data?.['hub-token'];
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
};

/** Whether the model gateway has a token already; then none has to be asked for. */
export const modelTokenIsThere = async (cluster: Cluster): Promise<boolean> => (await readModelToken(cluster)) !== undefined;

/**
 * Puts the hub's token (when one was given) and this tenant's key into the model gateway's namespace. The token is never in a tenant's
 * namespace: an administrator of Open WebUI can run code in that pod.
 */
export const ensureModelGatewaySecrets = async (cluster: Cluster, tenant: string, token: string | undefined): Promise<ModelGatewaySecrets> => {
  let changed = await ensureNamespace(cluster, MODELS_NAMESPACE, { 'ionos-tenants.io/role': 'models' });
  const labels = { 'app.kubernetes.io/part-of': 'ionos-tenants' };
  const where = (name: string): { namespace: string; name: string; labels: Record<string, string> } => ({ namespace: MODELS_NAMESPACE, name, labels });
  const hub = await secretOnce(cluster, where(SECRET_NAMES.modelGateway), token === undefined ? {} : { 'hub-token': () => token });
  const own = await cluster.core.readNamespacedSecret({ name: SECRET_NAMES.openwebui, namespace: namespaceOf(tenant) });
  const key = Buffer.from(own.data?.['model-key'] ?? '', 'base64').toString();
  const keys = await addTenantKey(cluster, tenant, key, labels);
  changed ||= hub.changed || keys.changed;
  return { changed, checksum: checksum({ ...hub.data, ...keys.data }) };
};

/** The digest of the token and the keys as they are now, equal to the one that {@link ensureModelGatewaySecrets} tells. */
export const modelGatewayChecksum = async (cluster: Cluster): Promise<string> => {
  const read = async (name: string): Promise<Record<string, string>> => (await orUndefined(cluster.core.readNamespacedSecret({ name, namespace: MODELS_NAMESPACE })))?.data ?? {};
  const token = Object.entries(await read(SECRET_NAMES.modelGateway)).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return checksum({ ...(Object.fromEntries(token) as Record<string, string>), ...(await read(SECRET_NAMES.modelGatewayKeys)) });
};

/** Takes one tenant's key away. Returns whether it was there. */
export const removeTenantKey = async (cluster: Cluster, tenant: string): Promise<boolean> => {
  const name = SECRET_NAMES.modelGatewayKeys;
  for (;;) {
    const present = await orUndefined(cluster.core.readNamespacedSecret({ name, namespace: MODELS_NAMESPACE }));
    if (present?.data?.[tenant] === undefined) return false;
    const { [tenant]: _gone, ...data } = present.data;
    try {
      await cluster.core.replaceNamespacedSecret({ name, namespace: MODELS_NAMESPACE, body: { ...present, data } });
      return true;
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
  }
};

/** Adds or renews one tenant's key; a conflict with another operator's write is tried again on what they wrote. */
const addTenantKey = async (cluster: Cluster, tenant: string, key: string, labels: Record<string, string>): Promise<{ changed: boolean; data: Record<string, string> }> => {
  const name = SECRET_NAMES.modelGatewayKeys;
  for (;;) {
    const present = await orUndefined(cluster.core.readNamespacedSecret({ name, namespace: MODELS_NAMESPACE }));
    const data = { ...present?.data };
    const encoded = Buffer.from(key).toString('base64');
    if (data[tenant] === encoded) return { changed: false, data };
    data[tenant] = encoded;
    if (!present) {
      const created = await createOnce(cluster.core.createNamespacedSecret({ namespace: MODELS_NAMESPACE, body: { metadata: { name, labels }, data } }));
      if (created) return { changed: true, data };
      continue;
    }
    try {
      await cluster.core.replaceNamespacedSecret({ name, namespace: MODELS_NAMESPACE, body: { ...present, data } });
      return { changed: true, data };
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
  }
};
