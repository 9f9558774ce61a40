import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from './network.js';

export interface Certificate {
  key: string;
  cert: string;
}

/** A certificate authority of the test's own, in this folder. */
export interface Authority {
  /** Its root certificate, as PEM. */
  root: string;
  /** A certificate for this host name; `days` may be negative: it has run out then. */
  issue(host: string, days?: number): Promise<Certificate & { files: { key: string; cert: string } }>;
}

let made = 0;

export const makeAuthority = async (folder: string, name: string): Promise<Authority> => {
  const path = (file: string): string => join(folder, `${name}-${file}`);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await must('openssl', ['req', '-x509', ...newKey, '-keyout', path('ca.key'), '-out', path('ca.pem'), '-subj', `/CN=${name}`, '-days', '30', '-addext', 'basicConstraints=critical,CA:TRUE']);
  return {
    root: await readFile(path('ca.pem'), 'utf8'),
    async issue(host, days = 10) {
      const id = ++made;
      const files = { key: path(`${id}.key`), cert: path(`${id}.pem`) };
      await must('openssl', ['req', ...newKey, '-keyout', files.key, '-out', path(`${id}.csr`), '-subj', `/CN=${host}`]);
      await writeFile(path(`${id}.ext`), `subjectAltName=DNS:${host}\n`);
      await must('openssl', ['x509', '-req', '-in', path(`${id}.csr`), '-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-set_serial', String(id), '-out', files.cert, '-days', String(days), '-extfile', path(`${id}.ext`)]);
      return { key: await readFile(files.key, 'utf8'), cert: await readFile(files.cert, 'utf8'), files };
    },
  };
};
