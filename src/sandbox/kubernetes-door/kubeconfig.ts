/**
 * A kubeconfig for the sandbox's door. It has a user without credentials: the door knows no identities.
 * Verification is switched off because some clients refuse plain http:// otherwise.
 */
export const kubeconfigFor = (url: string, name = 'ionos-tenants-sandbox'): string =>
  [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${name}`,
    'clusters:',
    `  - name: ${name}`,
    '    cluster:',
    `      server: ${url}`,
    '      insecure-skip-tls-verify: true',
    'contexts:',
    `  - name: ${name}`,
    '    context:',
    `      cluster: ${name}`,
    `      user: ${name}`,
    'users:',
    `  - name: ${name}`,
    '    user: {}',
    '',
  ].join('\n');
