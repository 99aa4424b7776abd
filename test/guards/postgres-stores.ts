import type { Guard } from './guard.ts';

const source = 'packages/store-postgres/src';

/** A partition that a restore forgot, or that somebody detached, holds enrolled people. */
export const postgresStores: readonly Guard[] = [
  {
    rule: 3,
    guard: 'accounts in a partition of PostgreSQL that is gone are no unknown accounts',
    file: `${source}/statements.ts`,
    find: "${slot === null ? ` WHERE ${wholeSql(schema)}` : ''}",
    replace: '',
    test: {
      file: `${source}/postgres-store.faults.test.ts`,
      name: 'C17 a partition that is gone is store/unavailable',
    },
  },
];
