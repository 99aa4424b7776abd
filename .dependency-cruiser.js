/** The floors of the house. Imports go down, never sideways or up; what is inside a package is reached through its entry. */
const floors = [
  ['otp'],
  ['engine'],
  ['store-sqlite', 'store-postgres', 'store-redis', 'channels', 'limits', 'web', 'import', 'client'],
  ['tidelock'],
];

const floorRules = floors.flatMap((names, floor) =>
  names.map((name) => ({
    name: `floor-${floor}-${name}`,
    comment: `packages/${name} stands on floor ${floor}: it may import from the floors beneath it only.`,
    severity: 'error',
    from: { path: `^packages/${name}/src`, pathNot: '[.]test[.]tsx?$' },
    to: {
      path: floors
        .slice(floor)
        .flat()
        .filter((other) => other !== name)
        .map((other) => `^packages/${other}/`),
    },
  })),
);

export default {
  forbidden: [
    // Nothing stands over or beside the top floor; an empty list of paths would match every one.
    ...floorRules.filter(({ to }) => to.path.length > 0),
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-inner-index',
      comment: 'Nobody inside a package imports an index.ts.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src', pathNot: '[.]test[.]tsx?$' },
      to: { path: ['^packages/$1/src/index[.]ts$', '^packages/$1/src/[^/]+/index[.]ts$'] },
    },
    {
      name: 'no-example-below',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(examples|bench|test)/', pathNot: '^test/(vectors|components)/' },
    },
    {
      name: 'test-parts-in-tests-only',
      severity: 'error',
      from: { path: '^packages/', pathNot: ['[.]test[.]tsx?$', '^packages/[^/]+/test-programs/'] },
      to: { path: '^test/(vectors|components)/' },
    },
    {
      name: 'platform-only',
      comment: 'The engine is pure but for src/platform; otp is pure but for nothing.',
      severity: 'error',
      from: {
        path: '^packages/(otp|engine)/src',
        pathNot: ['^packages/engine/src/platform/', '[.]test[.]ts$', '^packages/engine/src/testing/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-unresolved',
      comment: 'A rule that cannot see an import passes on nothing.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-only',
      severity: 'error',
      // What channels/src/testing and test-programs have is in no package that is shipped.
      from: {
        path: '^packages/',
        pathNot: ['[.]test[.]tsx?$', '^packages/channels/src/testing/', '^packages/[^/]+/test-programs/'],
      },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-dev', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tidelock-source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js'],
    },
    combinedDependencies: false,
  },
};
