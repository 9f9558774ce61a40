/**
 * The direction of dependencies, as docs/architecture.md draws it: downwards only. Each rule names what a room must not know.
 * @type {import('dependency-cruiser').IConfiguration}
 */

const drivers = ['ionos', 'terraform', 'helm', 'cluster', 'credentials', 'toolchain'];
const room = (...names) => `^src/(${names.join('|')})/`;

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'Two files that need each other are one file, or miss a third.', from: {}, to: { circular: true } },
    {
      name: 'tenant-knows-nobody',
      severity: 'error',
      comment: 'The domain is pure: it is tested without anything else.',
      from: { path: room('tenant') },
      to: { path: '^src/', pathNot: room('tenant') },
    },
    {
      name: 'tenant-does-no-io',
      severity: 'error',
      comment: 'No files, processes, network or clock in the domain.',
      from: { path: room('tenant') },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(util|url)$' },
    },
    {
      name: 'engine-knows-tenant-only',
      severity: 'error',
      from: { path: room('engine') },
      to: { path: '^src/', pathNot: room('engine', 'tenant') },
    },
    ...drivers.map((driver) => ({
      name: `${driver}-knows-no-other-driver`,
      severity: 'error',
      comment: 'Drivers meet in operations, nowhere else.',
      from: { path: room(driver) },
      to: { path: '^src/', pathNot: room(driver, 'engine', 'tenant') },
    })),
    {
      name: 'operations-know-no-front-end',
      severity: 'error',
      comment: 'An operation emits events; who shows them is not its business.',
      from: { path: room('operations') },
      to: { path: '^src/', pathNot: room('operations', 'engine', 'tenant', ...drivers) },
    },
    {
      name: 'displays-fold-events',
      severity: 'error',
      comment: 'A display knows events, run state and the domain, never what an operation does inside.',
      from: { path: room('displays') },
      to: { path: '^src/', pathNot: room('displays', 'engine', 'tenant') },
    },
    {
      name: 'displays-stay-apart',
      severity: 'error',
      comment: 'Front ends are chosen once and loaded alone.',
      from: { path: '^src/displays/([^/]+)/' },
      to: { path: '^src/displays/[^/]+/', pathNot: '^src/displays/$1/' },
    },
    {
      name: 'sandbox-is-outside',
      severity: 'error',
      comment: 'Everything but the command line reaches the sandbox as it reaches the cloud: by address and environment.',
      from: { path: '^src/', pathNot: room('sandbox', 'cli') },
      to: { path: room('sandbox') },
    },
    {
      name: 'sandbox-knows-the-domain-only',
      severity: 'error',
      comment: 'It stands for a cloud that has never heard of us.',
      from: { path: room('sandbox') },
      to: { path: '^src/', pathNot: room('sandbox', 'tenant', 'engine') },
    },
    {
      name: 'nobody-knows-the-command-line',
      severity: 'error',
      from: { path: '^src/', pathNot: [room('cli'), '^src/main\\.ts$'] },
      to: { path: room('cli') },
    },
    {
      name: 'main-loads-nothing-first',
      severity: 'error',
      comment: '`--version` is answered from one small file: main only ever imports the command line, and lazily.',
      from: { path: '^src/main\\.ts$' },
      to: { path: ['^src/', '(^|/)node_modules/'], dynamic: false },
    },
    {
      name: 'screen-stays-in-displays',
      severity: 'error',
      comment: 'ink and react belong to one display.',
      from: { path: '^src/', pathNot: '^src/displays/ink/' },
      to: { path: '(^|/)node_modules/(ink|react)/' },
    },
    {
      name: 'prompts-stay-in-plain',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/displays/plain/' },
      to: { path: '(^|/)node_modules/@inquirer/' },
    },
    {
      name: 'sdk-stays-in-ionos',
      severity: 'error',
      from: { path: '^src/', pathNot: room('ionos') },
      to: { path: '(^|/)node_modules/(@ionos-cloud|axios)/' },
    },
    {
      name: 'kubernetes-client-stays-in-cluster',
      severity: 'error',
      comment: 'Types may travel; the client itself takes half a second to load.',
      from: { path: '^src/', pathNot: room('cluster') },
      to: { path: '(^|/)node_modules/@kubernetes/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'third-party-is-imported-statically',
      severity: 'error',
      comment: 'A bundled CommonJS package loses its named exports behind import(); keytar is never bundled.',
      from: { path: '^src/' },
      to: { path: '(^|/)node_modules/', dynamic: true, pathNot: '(^|/)node_modules/(@github/)?keytar' },
    },
    {
      name: 'source-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts|bench)/' },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^keytar$' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file that nobody imports is dead.',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '^src/main\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
