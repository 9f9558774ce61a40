// Kubernetes and its store, as the real control plane and the real node of the tests run them. All components are one binary.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '../test/real/control-plane');

const VERSION = '1.34.4';
const versionFlags = Object.entries({ gitVersion: `v${VERSION}`, gitMajor: '1', gitMinor: '34', gitTreeState: 'clean' }).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);

export const kubernetes = { name: 'kubernetes', version: VERSION, folder: join(modules, 'kubernetes'), target: '.', flags: ['-ldflags', `-s -w ${versionFlags.join(' ')}`] };
export const etcd = { name: 'etcd', version: '3.6.16', folder: join(modules, 'etcd'), target: 'go.etcd.io/etcd/server/v3', flags: ['-ldflags', '-s -w'] };
