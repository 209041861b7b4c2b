import { fileURLToPath } from 'node:url';

/**
 * Who may import whom: the table of docs/architecture.md. Specs and fixtures may reach further, so that they
 * can put real parts together; test/boundaries holds a tree that breaks every rule once.
 */
const features = 'accounts|orders|matching|risk|audit|health|settlement|chaos|security';
/** Settlement calls a custodian and the audit a correlator, so they stand above the peers. */
const callers = 'audit|settlement';
const featuresThatCallNobody = features.replace('audit|', '').replace('settlement|', '');
const specs = '[.](spec|fixture)[.]ts$';
const journalPort = '^src/journal/(journal|(settlement-)?queries)[.]ts$';

/** A folder's own code (not its specs) may import from `src` only what is listed. */
function only(name, comment, folder, allowed, from = {}) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: `^src/(?:${folder})/`, pathNot: [specs], ...from },
    to: { path: '^src/', pathNot: allowed },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'engine-is-pure',
      comment: 'The engine imports itself alone, so that it can be replayed and tested without anything else.',
      severity: 'error',
      from: { path: '^src/engine/', pathNot: [specs, '^src/engine/state-hash[.]ts$'] },
      to: { pathNot: '^src/engine/' },
    },
    {
      name: 'state-hash-takes-only-crypto',
      comment: 'The hash of the state is a pure function of it; SHA-256 is all that it takes from Node.',
      severity: 'error',
      from: { path: '^src/engine/state-hash[.]ts$' },
      to: { pathNot: '^(src/engine/|(node:)?crypto$)' },
    },
    only(
      'journal-knows-the-engine-alone',
      'The store can be swapped without a ripple: it knows the types of the engine and nothing above.',
      'journal',
      ['^src/(engine|journal)/'],
    ),
    {
      name: 'journal-needs-no-package',
      comment: 'The journal stands on Node alone: what keeps the orders depends on nobody else.',
      severity: 'error',
      from: { path: '^src/journal/', pathNot: specs },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'] },
    },
    only(
      'venue-knows-the-port-alone',
      'The venue decides order and durability through the port of the journal; adapters are chosen where it is opened.',
      'venue',
      ['^src/(engine|venue)/', journalPort, '^src/journal/snapshots[.]ts$'],
      { pathNot: [specs, '^src/venue/open[^/]*[.]ts$'] },
    ),
    {
      name: 'features-meet-in-the-venue',
      comment: 'Features meet through commands and events, not in one another.',
      severity: 'error',
      from: { path: `^src/(${features})/` },
      to: { path: `^src/(${features})/`, pathNot: '^src/$1/' },
    },
    only(
      'features-look-down',
      'A feature imports the venue, the engine, the port of the journal, the edge and the settings.',
      featuresThatCallNobody,
      [`^src/(${features}|venue|engine|edge|config)/`, journalPort],
    ),
    only(
      'callers-look-down',
      'Settlement and the audit look down as every feature does, and call a custodian and a correlator through the peers.',
      callers,
      [`^src/(${features}|peers|venue|engine|edge|config)/`, '^src/discovery/registry[.]ts$', journalPort],
    ),
    only(
      'streams-look-down',
      'Streams show what features show, so they take the views of features, and nothing that does something.',
      'streams',
      [
        '^src/(streams|venue|engine|edge|config)/',
        '^src/(accounts|orders|matching|risk|audit)/[^/]*-(view|views|requests|words)[.]ts$',
        '^src/journal/account-facts[.]ts$',
        journalPort,
      ],
    ),
    {
      name: 'nobody-waits-for-streams',
      comment: 'What is streamed is there without its readers: only the composition root knows the streams.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/streams/', '^src/(application|app[.]module|api-documents)[.]ts$', specs] },
      to: { path: '^src/streams/' },
    },
    only('edge-looks-down', 'What REST and gRPC share knows no feature.', 'edge', [
      '^src/(edge|venue|engine|config)/',
      journalPort,
    ]),
    only(
      'peers-look-down',
      'What calls other services finds them through the port of discovery, and brings what comes to the venue.',
      'peers',
      ['^src/(peers|venue|engine|edge|config)/', '^src/discovery/registry[.]ts$'],
    ),
    only(
      'observability-looks-down',
      'What watches the exchange knows requests, commands and the venue, and no feature; others add to its registry.',
      'observability',
      ['^src/(observability|venue|engine|edge|config)/', journalPort],
    ),
    only('config-looks-down', 'Settings and definitions use the words of the venue and know no feature.', 'config', [
      '^src/(config|engine|venue)/',
      journalPort,
    ]),
    only(
      'discovery-looks-down',
      'The registry knows services by name: it knows no feature, and nobody who calls them.',
      'discovery',
      ['^src/(discovery|config|edge|venue|engine)/'],
    ),
    {
      name: 'clients-stand-alone',
      comment: 'A client is published by itself: it shares no code with the exchange, and needs no package.',
      severity: 'error',
      from: { path: '^clients/([^/]+)/', pathNot: specs },
      to: { pathNot: '^clients/$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'Types may name one another; code that runs may not wait for itself.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'What nothing imports is either an entry point or left over.',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/main[.]ts$', '^src/cli/main[.]ts$', specs, 'worker[.]ts$'] },
      to: {},
    },
    {
      name: 'no-specs-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: specs },
      to: { path: specs },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: specs },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['npm', 'type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: fileURLToPath(new URL('tsconfig.json', import.meta.url)) },
  },
};
