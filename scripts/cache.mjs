// What is heavy to make is made once, into the product's cache, outside the repository.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A path in the cache. */
export const cached = (...parts) => join(process.env.IONOS_TENANTS_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ionos-tenants'), ...parts);

/** Short name of a recipe: another recipe is another thing in the cache. */
export const digestOf = (recipe) => createHash('sha256').update(typeof recipe === 'string' ? recipe : JSON.stringify(recipe)).digest('hex').slice(0, 12);

/** What a killed run has begun beside this path. Its name says whose it was. */
const abandoned = (path) => {
  const prefix = `${basename(path)}.making-`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && !existsSync(`/proc/${name.slice(prefix.length)}`))
    .map((name) => join(dirname(path), name));
};

/**
 * Makes this file or folder unless it is there: `make` writes to the path that it is given, and only what is whole gets its name.
 * What else it leaves beside that path is removed. Says what it does. @throws what `make` throws; nothing is left then
 */
export const once = async (path, title, make) => {
  if (existsSync(path)) {
    console.log(`${title}: cached`);
    return path;
  }
  mkdirSync(dirname(path), { recursive: true });
  for (const rest of abandoned(path)) rmSync(rest, { recursive: true, force: true });
  const folder = `${path}.making-${process.pid}`;
  const started = Date.now();
  console.log(`${title}: making it (once)`);
  try {
    mkdirSync(folder);
    await make(join(folder, 'it'));
    renameSync(join(folder, 'it'), path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${title}: made in ${Math.round((Date.now() - started) / 1000)} s`);
  return path;
};
