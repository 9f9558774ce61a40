// What is heavy to make is made once, into the product's cache, outside the repository.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A path in the cache. */
export const cached = (...parts) => join(process.env.IONOS_TENANTS_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ionos-tenants'), ...parts);

/** Short name of a recipe: another recipe is another thing in the cache. */
export const digestOf = (recipe) => createHash('sha256').update(typeof recipe === 'string' ? recipe : JSON.stringify(recipe)).digest('hex').slice(0, 12);

/** A process, told from a later one with the same number by when it began (field 22 of its stat file); undefined when it is gone. */
const identityOf = (pid) => {
  try {
    return `${pid}-${readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19]}`;
  } catch {
    return undefined;
  }
};

/** The process that makes a path, by the link that it has set; undefined when it has ended. */
const makerOf = (lock) => {
  try {
    const [pid] = readlinkSync(lock).split('-');
    return identityOf(pid) === readlinkSync(lock) ? pid : undefined;
  } catch {
    return undefined;
  }
};

/** Whoever is waited for no longer makes do with what others leave of the processors (scripts/ci.mjs has it so): its process group and its session are like any other. */
const hurry = (pid) => {
  const [, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  spawnSync('renice', ['-n', '0', '-g', group], { stdio: 'ignore' });
  writeFileSync(`/proc/${pid}/autogroup`, '0');
};

/** Sets the link, once no other process has it. Says whom it waits for. @returns false when the other has made it meanwhile */
const claim = async (path, lock, title) => {
  for (let said; ; ) {
    if (existsSync(path)) return false;
    try {
      symlinkSync(identityOf(process.pid), lock);
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const maker = makerOf(lock);
    if (maker === undefined) {
      rmSync(lock, { force: true });
      continue;
    }
    if (said !== maker) {
      console.log(`${title}: process ${maker} makes it; waiting`);
      try {
        hurry(maker);
      } catch {
        // It has ended, or this is not allowed here, or the kernel does not have it: then it takes longer.
      }
    }
    said = maker;
    await sleep(250);
  }
};

/**
 * Makes this file or folder unless it is there: `make` writes to the path that it is given, and only what is whole gets its name.
 * What else it leaves beside that path is removed. Only one process at a time makes it. Says what it does. @throws what `make` throws;
 * nothing is left then
 */
export const once = async (path, title, make) => {
  const isThere = () => {
    if (existsSync(path)) console.log(`${title}: cached`);
    return existsSync(path);
  };
  if (isThere()) return path;
  mkdirSync(dirname(path), { recursive: true });
  const [lock, folder] = [`${path}.maker`, `${path}.making`];
  if (!(await claim(path, lock, title))) return path;
  try {
    if (isThere()) return path;
    const started = Date.now();
    console.log(`${title}: making it (once)`);
    // A killed run may have begun it.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    await make(join(folder, 'it'));
    renameSync(join(folder, 'it'), path);
    console.log(`${title}: made in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(lock, { force: true });
  }
  return path;
};
