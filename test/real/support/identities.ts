import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runTool } from '../../support/tool.js';

const openssl = async (...args: string[]): Promise<void> => {
  const { exitCode, stderr } = await runTool('openssl', args);
  if (exitCode !== 0) throw new Error(`openssl ${args[0] ?? ''}: ${stderr}`);
};

export interface CertificateFiles {
  certificate: string;
  key: string;
}

/** A certificate authority for one control plane and one day. */
export interface Authority {
  certificate: string;
  /** Issues a certificate. `groups` are what Kubernetes takes the organisations of its subject for. */
  issue(file: string, subject: { name: string; groups?: readonly string[] }, extension: string): Promise<CertificateFiles>;
  /** Writes a pair of keys that signs the tokens of service accounts. */
  keyPair(file: string): Promise<{ private: string; public: string }>;
}

const CURVE = ['-pkeyopt', 'ec_paramgen_curve:prime256v1'];

/** Makes the authority and its files in this folder, with openssl. */
export const createAuthority = async (folder: string): Promise<Authority> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = (file: string): string => join(folder, file);
  // Nothing of this machine's own configuration of openssl.
  await writeFile(at('openssl.cnf'), '[req]\ndistinguished_name = subject\n[subject]\n');
  const request = (file: string, subject: string, ...more: string[]): Promise<void> =>
    openssl('req', '-x509', '-config', at('openssl.cnf'), '-newkey', 'ec', ...CURVE, '-nodes', '-days', '1', '-subj', subject, '-keyout', at(`${file}.key`), '-out', at(`${file}.crt`), ...more);
  await request('ca', '/CN=control-plane-of-a-test', '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,digitalSignature');
  return {
    certificate: at('ca.crt'),
    async issue(file, { name, groups = [] }, extension) {
      await request(file, `${groups.map((group) => `/O=${group}`).join('')}/CN=${name}`, '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', extension);
      return { certificate: at(`${file}.crt`), key: at(`${file}.key`) };
    },
    async keyPair(file) {
      await openssl('genpkey', '-algorithm', 'EC', ...CURVE, '-out', at(`${file}.key`));
      await openssl('pkey', '-in', at(`${file}.key`), '-pubout', '-out', at(`${file}.pub`));
      return { private: at(`${file}.key`), public: at(`${file}.pub`) };
    },
  };
};

/** A kubeconfig's text, with everything in it. */
export const kubeconfigText = async (server: string, authority: Authority, identity: CertificateFiles): Promise<string> => {
  const data = async (file: string): Promise<string> => (await readFile(file)).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': await data(authority.certificate) } }],
    users: [{ name: 'test', user: { 'client-certificate-data': await data(identity.certificate), 'client-key-data': await data(identity.key) } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  }, { lineWidth: 0 });
};
