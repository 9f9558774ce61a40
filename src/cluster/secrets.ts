import { randomInt } from 'node:crypto';
import { createOnce, orUndefined, statusOf, type Cluster } from './client.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random alphanumeric secret: it survives environment variables, URLs and the kubelet's `$(…)` expansion unchanged. */
export const randomSecret = (length: number): string => Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

export interface SecretOutcome {
  changed: boolean;
  /** The Secret's values, decoded. */
  data: Record<string, string>;
}

/**
 * Makes a Secret once: POST, and 409 means to use the one that is there. Keys that a newer version needs are added; a present key
 * is never changed, because data is encrypted or stored under it.
 */
export const secretOnce = async (
  cluster: Cluster,
  where: { namespace: string; name: string; labels: Record<string, string> },
  make: Readonly<Record<string, () => string>>,
): Promise<SecretOutcome> => {
  const { namespace, name, labels } = where;
  const present = await orUndefined(cluster.core.readNamespacedSecret({ name, namespace }));
  const decoded = Object.fromEntries(Object.entries(present?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
  const missing = Object.entries(make).filter(([key]) => decoded[key] === undefined);
  if (present && missing.length === 0) return { changed: false, data: decoded };
  const added = Object.fromEntries(missing.map(([key, value]) => [key, value()]));
  if (!present) {
    const created = await createOnce(
      cluster.core.createNamespacedSecret({ namespace, body: { metadata: { name, namespace, labels }, type: 'Opaque', stringData: added } }),
    );
    if (!created) return secretOnce(cluster, where, make);
    return { changed: true, data: added };
  }
  const data = { ...present.data, ...Object.fromEntries(Object.entries(added).map(([key, value]) => [key, Buffer.from(value).toString('base64')])) };
  try {
    await cluster.core.replaceNamespacedSecret({ name, namespace, body: { ...present, data } });
  } catch (error) {
    // Somebody else wrote meanwhile, perhaps the very keys: theirs count.
    if (statusOf(error) === 409) return secretOnce(cluster, where, make);
    throw error;
  }
  return { changed: true, data: { ...decoded, ...added } };
};
