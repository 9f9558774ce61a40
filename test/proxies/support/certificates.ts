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
  /** A certificate for this host name, issued `age` days ago and good for another `days`; when these are negative, it has run out. */
  issue(host: string, days?: number, age?: number): Promise<Certificate & { files: { key: string; cert: string } }>;
}

let made = 0;

/** This moment, and so many days from it, as openssl writes it: `20261126023319Z`. */
const dayOf = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+|[-:T]/g, '');

export const makeAuthority = async (folder: string, name: string): Promise<Authority> => {
  const path = (file: string): string => join(folder, `${name}-${file}`);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await must('openssl', ['req', '-x509', ...newKey, '-keyout', path('ca.key'), '-out', path('ca.pem'), '-subj', `/CN=${name}`, '-days', '30', '-addext', 'basicConstraints=critical,CA:TRUE']);
  return {
    root: await readFile(path('ca.pem'), 'utf8'),
    async issue(host, days = 10, age = 20) {
      const id = ++made;
      const files = { key: path(`${id}.key`), cert: path(`${id}.pem`) };
      await must('openssl', ['req', ...newKey, '-keyout', files.key, '-out', path(`${id}.csr`), '-subj', `/CN=${host}`]);
      await writeFile(path(`${id}.ext`), `subjectAltName=DNS:${host}\n`);
      // Of openssl's commands the one that can name the first day, also in its older versions.
      await writeFile(path(`${id}.cnf`), ['[ca]', 'default_ca=own', '[own]', `database=${path(`${id}.txt`)}`, `new_certs_dir=${folder}`, 'rand_serial=yes', 'default_md=sha256', 'policy=any', '[any]', 'commonName=supplied', ''].join('\n'));
      await writeFile(path(`${id}.txt`), '');
      const signed = ['-keyfile', path('ca.key'), '-cert', path('ca.pem'), '-extfile', path(`${id}.ext`), '-startdate', dayOf(-age), '-enddate', dayOf(days)];
      await must('openssl', ['ca', '-batch', '-notext', '-config', path(`${id}.cnf`), ...signed, '-in', path(`${id}.csr`), '-out', files.cert]);
      return { key: await readFile(files.key, 'utf8'), cert: await readFile(files.cert, 'utf8'), files };
    },
  };
};
