/** Variables that a tool may see besides its own: nothing of ours, nothing of the shell's secrets. */
const PASSED = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

type Environment = Readonly<Record<string, string>>;

/** Those of these variables that an environment has. */
export const pick = (env: Environment, names: readonly string[]): Record<string, string> => Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

export const baseToolEnvironment = (env: Environment): Record<string, string> => pick(env, PASSED);
