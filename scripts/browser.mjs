// Makes the browser that plays the tenants' own people in `npm run test:node`: Debian's headless Chromium with all that it needs, as a
// file system of its own in the cache. Nothing is installed on this machine. `--path` only prints where it is.
import { fileURLToPath } from 'node:url';
import { cached, digestOf, once } from './cache.mjs';
import { finish, installInto } from './debian.mjs';

const SUITE = 'bookworm';
/** With one font, so that what is looked at has letters. */
const PACKAGES = ['chromium-headless-shell', 'fonts-dejavu-core'];

const path = cached('cluster-node', 'browser', `${SUITE}-${digestOf(PACKAGES)}`);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--path')) console.log(path);
  else {
    await once(path, 'Chromium', async (root) => {
      await installInto(root, SUITE, PACKAGES);
      finish(root);
    }).catch((error) => {
      console.error(`Chromium: ${error.message}`);
      process.exitCode = 1;
    });
  }
}
