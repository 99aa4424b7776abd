import type { AccountStore } from '../ports/account-store.ts';
import type { ContractCase, Expect, Racer } from './store-contract-case.ts';
import { commitCases } from './store-contract-commits.ts';
import { erasureCases } from './store-contract-erasure.ts';
import { eventCases } from './store-contract-events.ts';
import { idCases } from './store-contract-ids.ts';
import { outboxCases } from './store-contract-outbox.ts';
import { processCases, raceCases } from './store-contract-races.ts';

/** As much of a test runner as the contract needs; vitest's `{ describe, test, expect }` fits. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
  readonly expect: Expect;
}

/** A database that one case has to itself. */
export interface StoreUnderTest {
  readonly store: AccountStore;
  /** So many other processes with a store on the same database. */
  readonly startRacers?: (count: number) => Promise<readonly Racer[]>;
  /** Ends the processes and deletes the database; the store is closed by then. */
  readonly dispose?: () => Promise<void>;
}

export interface StoreContractOptions {
  /** The name of the store, for the report. */
  readonly name: string;
  /** Makes a new and empty database, and opens a store on it. */
  readonly open: () => Promise<StoreUnderTest>;
  /** Whether several processes can share a database: then `startRacers` is there. */
  readonly multiProcess: boolean;
}

const processCount = 4;

/**
 * The law of stores: every store passes it, and what passes it can hold accounts.
 *
 * @example
 * import { describe, expect, test } from 'vitest';
 * storeContract({ describe, test, expect }, {
 *   name: 'memoryStore', multiProcess: false, open: async () => ({ store: memoryStore() }),
 * });
 */
export function storeContract(runner: TestRunner, options: StoreContractOptions): void {
  const sections: Readonly<Record<string, readonly ContractCase[]>> = {
    commits: commitCases,
    ids: idCases,
    events: eventCases,
    erasure: erasureCases,
    outbox: outboxCases,
    races: raceCases,
    ...(options.multiProcess ? { processes: processCases } : {}),
  };
  for (const [section, cases] of Object.entries(sections)) {
    runner.describe(`the contract of stores, ${options.name}: ${section}`, () => {
      for (const contractCase of cases) {
        const racers = section === 'processes' ? processCount : 0;
        runner.test(contractCase.name, () => runCase(contractCase, options, runner.expect, racers));
      }
    });
  }
}

async function runCase(
  contractCase: ContractCase,
  { open }: StoreContractOptions,
  expect: Expect,
  racerCount: number,
): Promise<void> {
  const { store, startRacers, dispose } = await open();
  try {
    const racers = racerCount > 0 ? await startRacers?.(racerCount) : [];
    if (racers === undefined)
      throw new TypeError('A store that several processes can share comes with startRacers.');
    await contractCase.run({ store, expect, racers });
  } finally {
    await store.close();
    await dispose?.();
  }
}
