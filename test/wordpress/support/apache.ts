import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MODULES = ['mpm_prefork', 'authz_core', 'authz_host', 'dir', 'env', 'mime', 'rewrite', 'setenvif', 'remoteip'];

export interface Ports {
  public: number;
  mcp: number;
}

/**
 * Writes what Apache reads: what the official image has around the chart's files, and those files with the pod's paths and ports
 * changed to this machine's. Returns the path of the main file.
 */
export const writeApacheConfiguration = async (folder: string, html: string, ports: Ports): Promise<string> => {
  const local = (text: string): string => text.replaceAll('/var/www/html', html).replace(/\b8080\b/g, String(ports.public)).replace(/\b8081\b/g, String(ports.mcp));
  const [listen, site] = await Promise.all(['ports.conf', 'site.conf'].map(async (name) => local(await readFile(join(folder, 'apache', name), 'utf8'))));
  const main = join(folder, 'httpd.conf');
  await writeFile(
    main,
    [
      `ServerRoot ${folder}`,
      'ErrorLog /proc/self/fd/2',
      // A test that is busy for some seconds would send its next request into a connection that was closed meanwhile.
      'KeepAlive Off',
      `PidFile ${folder}/run/apache2.pid`,
      `Mutex file:${folder}/run default`,
      ...MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      'LoadModule php_module PHP_MODULE',
      'TypesConfig /etc/mime.types',
      'DirectoryIndex index.php index.html',
      '<FilesMatch \\.php$>\n  SetHandler application/x-httpd-php\n</FilesMatch>',
      // As the official image has it.
      'RemoteIPHeader X-Forwarded-For',
      ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8'].map((range) => `RemoteIPInternalProxy ${range}`),
      listen,
      site,
      '',
    ]
      .join('\n')
      .replace('PHP_MODULE', await phpModule()),
  );
  return main;
};

/** Apache's PHP: the file's name has the version of PHP in it. */
const phpModule = async (): Promise<string> => {
  const name = (await readdir('/usr/lib/apache2/modules')).find((file) => /^libphp[\d.]*\.so$/.test(file));
  if (name === undefined) throw new Error('Apache has no PHP module');
  return join('/usr/lib/apache2/modules', name);
};
