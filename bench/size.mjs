// How big the package is: to download, and installed, with and without the optional keychain.
//   node bench/size.mjs
import { mkdir, mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from './lib/figures.mjs';
import { requireBuild, root, succeed } from './lib/program.mjs';
import { remove } from './lib/sandbox.mjs';

requireBuild();
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

const sizeOf = async (folder) => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((entry) => stat(join(entry.parentPath, entry.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
};

const work = await mkdtemp(join(tmpdir(), 'ionos-bench-'));
try {
  // Without scripts: packing would build again, and somebody may be measuring what is built.
  const packed = await succeed('npm', ['pack', '--ignore-scripts', '--json', `--pack-destination=${work}`], { cwd: root });
  const [{ filename, size, entryCount }] = JSON.parse(packed.stdout);
  const install = async (name, ...flags) => {
    const folder = join(work, name);
    await mkdir(folder);
    await succeed('npm', ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', folder, ...flags, join(work, filename)], { cwd: folder });
    return sizeOf(join(folder, 'node_modules'));
  };
  const without = await install('without', '--omit=optional');
  const withKeychain = await install('with');
  report(
    'node bench/size.mjs',
    ['what', 'size', 'aim'],
    [
      [`tarball, ${entryCount} files`, megabytes(size), ''],
      ['installed, without the optional keychain', megabytes(without), ''],
      ['installed, with the optional keychain', megabytes(withKeychain), '< 10 MB'],
    ],
  );
} finally {
  await remove(work);
}
