// Makes the images that the real node of `npm run test:node` runs, under the names that the charts ask for (charts/images.yaml): no
// registry can be asked, so they are built from packages, in the official images' layout as far as the charts rely on it. Each is kept
// in the cache by its recipe, as an archive. `--paths` only prints where they are, as JSON.
import { cpSync, chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { cached, digestOf, once } from './cache.mjs';
import { finish, inside, installInto, run, unpackFrom } from './debian.mjs';
import { pathOf } from './go-tools.mjs';
import { writeImage } from './image-archive.mjs';
import { caddy, coredns, pause } from './node-tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const parts = join(here, '../test/node/images');
const official = parse(readFileSync(join(here, '../charts/images.yaml'), 'utf8')).images;
/** The reference that this chart asks for under this value. */
const nameOf = (chart, value) => {
  const { repository, tag } = official.find((image) => image.chart === chart && image.value === value);
  return { reference: `${repository}:${tag}`, version: /^[\d.]+/.exec(tag)[0] };
};
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Copies a file of ours into an image. */
const put = (root, from, to, mode = 0o755) => {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  cpSync(from, join(root, to));
  chmodSync(join(root, to), mode);
};

/** Runs the image's own build.sh in its file system. */
const finishBy = (root, name) => {
  put(root, join(parts, name, 'build.sh'), '/var/tmp/build.sh');
  inside(root, 'sh', ['/var/tmp/build.sh']);
  rmSync(join(root, 'var/tmp'), { recursive: true });
  mkdirSync(join(root, 'var/tmp'), { mode: 0o1777 });
  finish(root);
};

const PHP = ['php-cli', 'libapache2-mod-php', 'php-mysql', 'php-gd', 'php-intl', 'php-zip', 'php-xml', 'php-mbstring', 'php-curl', 'php-bcmath', 'php-imagick'];
/** Core with a theme, and the libraries that its files are links to. */
const WORDPRESS = ['wordpress', 'wordpress-theme-twentytwentyfive', 'php-getid3', 'libphp-phpmailer', 'libjs-cropper', 'libjs-jquery-ui', 'libjs-lodash', 'libjs-underscore'];
const WEBUI = { version: nameOf('openwebui', 'image').version, installer: 'uv==0.13.9', without: 'torch ; sys_platform == "never"\n' };

const IMAGES = [
  {
    name: 'wordpress',
    ...nameOf('wordpress', 'images.wordpress'),
    recipe: [PHP, WORDPRESS],
    config: { Env: [PATH, 'PHP_INI_DIR=/usr/local/etc/php', 'PHP_INI_SCAN_DIR=:/usr/local/etc/php/conf.d'], WorkingDir: '/var/www/html', Cmd: ['apache2-foreground'], StopSignal: 'SIGWINCH' },
    async fill(root) {
      await installInto(root, 'trixie', ['apache2', ...PHP]);
      // Debian's stable releases have no WordPress with the Abilities API.
      unpackFrom(root, 'sid', WORDPRESS, '/var/tmp/newer');
      put(root, join(parts, 'wordpress/apache2-foreground'), '/usr/local/bin/apache2-foreground');
      put(root, join(parts, 'wordpress/remoteip.conf'), '/etc/apache2/conf-available/remoteip.conf', 0o644);
      finishBy(root, 'wordpress');
    },
  },
  {
    name: 'mariadb',
    ...nameOf('wordpress', 'images.mariadb'),
    recipe: [],
    config: { Env: [PATH], Entrypoint: ['docker-entrypoint.sh'], Cmd: ['mariadbd'], ExposedPorts: { '3306/tcp': {} } },
    async fill(root) {
      await installInto(root, 'trixie', ['mariadb-server', 'mariadb-client']);
      for (const script of ['docker-entrypoint.sh', 'healthcheck.sh']) put(root, join(parts, 'mariadb', script), `/usr/local/bin/${script}`);
      finishBy(root, 'mariadb');
    },
  },
  {
    name: 'openwebui',
    ...nameOf('openwebui', 'image'),
    recipe: WEBUI,
    config: { Env: [PATH.replace('=', '=/app/venv/bin:'), 'PYTHONDONTWRITEBYTECODE=1', 'ENV=prod', 'PORT=8080', 'USE_SLIM_DOCKER=true', 'DOCKER=true'], WorkingDir: '/app/backend', Cmd: ['bash', 'start.sh'] },
    async fill(root) {
      await installInto(root, 'bookworm', ['python3', 'python3-venv', 'libmagic1']);
      const work = join(root, 'var/tmp/python');
      mkdirSync(work);
      cpSync('/etc/ssl/certs/ca-certificates.crt', join(work, 'ca.crt'), { dereference: true });
      writeFileSync(join(work, 'without'), WEBUI.without);
      // Torch is only there for models of its own, and as large as all the rest.
      inside(root, 'sh', ['-euc', `python3 -m venv /var/tmp/python/tools; /var/tmp/python/tools/bin/pip install -q ${WEBUI.installer}; python3 -m venv --without-pip /app/venv; /var/tmp/python/tools/bin/uv pip install -q --python /app/venv/bin/python3 --override /var/tmp/python/without open-webui==${WEBUI.version}`], {
        PIP_CERT: '/var/tmp/python/ca.crt', SSL_CERT_FILE: '/var/tmp/python/ca.crt', UV_CACHE_DIR: '/var/tmp/python/uv', UV_LINK_MODE: 'hardlink', PIP_NO_CACHE_DIR: '1',
        ...Object.fromEntries(Object.entries(process.env).filter(([key]) => /^(PIP|UV)_INDEX_URL$/.test(key))),
      });
      rmSync(work, { recursive: true });
      put(root, join(parts, 'openwebui/start.sh'), '/app/backend/start.sh');
      finish(root);
    },
  },
  {
    name: 'gateway',
    ...nameOf('gateway', 'image'),
    recipe: pathOf(caddy),
    config: { Env: [PATH, 'XDG_CONFIG_HOME=/config', 'XDG_DATA_HOME=/data'], WorkingDir: '/srv', Cmd: ['caddy', 'run', '--config', '/etc/caddy/Caddyfile', '--adapter', 'caddyfile'] },
    async fill(root) {
      // wget, as the official image has it: the chart's own test asks with it.
      await installInto(root, 'trixie', ['libcap2-bin', 'wget']);
      put(root, pathOf(caddy), '/usr/bin/caddy');
      // As the official binary: without this capability in reach the kernel refuses to run it.
      inside(root, 'setcap', ['cap_net_bind_service=+ep', '/usr/bin/caddy']);
      finish(root);
    },
  },
  {
    name: 'model-gateway',
    ...nameOf('model-gateway', 'image'),
    recipe: [],
    config: { Env: [PATH], User: '101', Cmd: ['nginx', '-g', 'daemon off;'], StopSignal: 'SIGQUIT' },
    async fill(root) {
      await installInto(root, 'trixie', ['nginx', 'curl', 'mawk']);
      for (const [stream, log] of [['stdout', 'access'], ['stderr', 'error']]) {
        rmSync(join(root, `var/log/nginx/${log}.log`), { force: true });
        symlinkSync(`/dev/${stream}`, join(root, `var/log/nginx/${log}.log`));
      }
      run('chmod', ['755', join(root, 'var/log/nginx')]);
      finish(root);
    },
  },
  { name: 'coredns', reference: 'local.test/coredns:1', recipe: pathOf(coredns), config: { Entrypoint: ['/coredns'] }, fill: (root) => put(root, pathOf(coredns), '/coredns') },
  { name: 'pause', reference: 'local.test/pause:1', recipe: pathOf(pause), config: { Entrypoint: ['/pause'], User: '65535' }, fill: (root) => put(root, pathOf(pause), '/pause') },
];

/** A recipe is the list of what goes in, our files among it, and how it is put together. */
const fileOf = ({ name, reference, recipe, config, fill }) => {
  const files = readdirSync(parts).includes(name) ? readdirSync(join(parts, name)).sort().map((file) => [file, readFileSync(join(parts, name, file), 'utf8')]) : [];
  return cached('cluster-node', 'images', `${name}-${digestOf([reference, recipe, config, files, fill.toString()])}.tar`);
};

/** Paths of the archives, by reference. */
export const imagePaths = () => Object.fromEntries(IMAGES.map((image) => [image.reference, fileOf(image)]));

const provide = (image) =>
  once(fileOf(image), `image ${image.reference}`, async (file) => {
    const root = `${file}.root`;
    await image.fill(root);
    await writeImage(file, image.reference, root, image.config);
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--paths')) console.log(JSON.stringify(imagePaths()));
  else {
    const only = process.argv.slice(2);
    for (const image of IMAGES.filter(({ name }) => only.length === 0 || only.includes(name))) {
      await provide(image).catch((error) => {
        console.error(`image ${image.reference}: ${error.message}`);
        process.exitCode = 1;
      });
    }
  }
}
