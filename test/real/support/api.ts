import { Agent, request } from 'node:https';
import { parse } from 'yaml';

// Whatever the API server says; tests look into it by hand.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Body = any;

export interface Answer {
  status: number;
  body: Body;
}

/** One call to the API server. The body is sent as JSON, with a content type of its own for the kinds of patches. */
export type Call = (method: string, path: string, body?: unknown, contentType?: string) => Promise<Answer>;

export const MERGE_PATCH = 'application/merge-patch+json';

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

/** Calls the API server as the identity of this kubeconfig, one with everything in it. */
export const callerOf = (kubeconfig: string): { call: Call; close(): void } => {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error('the kubeconfig names no cluster or no user');
  const decode = (data: string): Buffer => Buffer.from(data, 'base64');
  const agent = new Agent({ keepAlive: true, ca: decode(cluster['certificate-authority-data']), cert: decode(user['client-certificate-data']), key: decode(user['client-key-data']) });
  const call: Call = (method, path, body, contentType = 'application/json') =>
    new Promise((resolve, reject) => {
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const asked = request(new URL(path, cluster.server), { method, agent, headers: sent === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(sent) } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('error', reject).once('end', () => {
          const isJson = response.headers['content-type']?.includes('json') === true;
          resolve({ status: response.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
        });
      });
      asked.once('error', reject).end(sent);
    });
  return { call, close: () => agent.destroy() };
};
