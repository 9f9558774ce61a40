// Container images by hand: an archive that `ctr images import` takes, with one layer of everything in a folder.
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './debian.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const sha256OfFile = async (path) => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

/** Writes `<file>` from the folder `root`. `config` is an OCI image's: Env, Cmd, User and so on. */
export const writeImage = async (file, reference, root, config) => {
  const work = `${file}.parts`;
  mkdirSync(work);
  try {
    const layer = join(work, 'layer.tar');
    run('nice', ['-n', '19', 'tar', '--numeric-owner', '--sort=name', '--xattrs', '--xattrs-include=security.capability', '-C', root, '-cf', layer, '.']);
    const digest = await sha256OfFile(layer);
    renameSync(layer, join(work, `${digest}.tar`));
    const text = JSON.stringify({ architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] }, history: [{ created_by: 'a test' }] });
    const configFile = `${sha256(text)}.json`;
    writeFileSync(join(work, configFile), text);
    writeFileSync(join(work, 'manifest.json'), JSON.stringify([{ Config: configFile, RepoTags: [reference], Layers: [`${digest}.tar`] }]));
    run('tar', ['-C', work, '-cf', file, 'manifest.json', configFile, `${digest}.tar`]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
