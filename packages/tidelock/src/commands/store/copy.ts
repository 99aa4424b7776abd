import {
  copyStore,
  TidelockError,
  type AccountStore,
  type CopyProgress,
  type StoreCopy,
} from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { progressLine } from '../../command-line/progress-line.ts';
import { readArgument } from '../../command-line/read-argument.ts';
import { UsageError, type Report, type Shell } from '../../command-line/shell.ts';
import { holdsData, openStore } from '../../service/open-store.ts';
import { describeStore, parseStoreLocation, type StoreLocation } from '../../service/store-location.ts';

const doing: { readonly [stage in CopyProgress['stage']]: string } = {
  events: 'events copied',
  records: 'records copied',
  messages: 'messages copied',
  comparison: 'accounts compared',
};

/** `tidelock store copy`: moves a store to another engine, or another place. */
export const copyStoreCommand: DefinedCommand = {
  name: 'copy',
  summary: 'copy everything from a store that nobody serves into an empty one; killed, it is begun again',
  examples: [
    'store copy sqlite:data/tidelock.db @postgres-url   # the file has the URL, so that no password is in a process list',
    'store copy sqlite:data/tidelock.db sqlite:/backup/tidelock.db --json',
  ],
  declare: (command) =>
    command
      .argument('<from>', 'sqlite:PATH, a URL, or @FILE with one of them')
      .argument('<to>', 'the same: a store that holds nothing, or the half of this copy'),
  async run(shell, [from, to]) {
    const places = [await locate(from!, 'FROM', shell), await locate(to!, 'TO', shell)] as const;
    const [source, target] = places.map(describeStore);
    if (source === target) throw new UsageError('FROM and TO are the same store.');
    // A store that does not exist must not be made by asking for it.
    if (!(await holdsData(places[0])))
      throw new TidelockError('store/not-initialised', { detail: `There is nothing to copy in ${source}.` });
    return withStores(places, async (stores) => {
      const line = progressLine(shell);
      try {
        const copy = await copyStore(...stores, {
          onProgress: ({ stage, done }) => line.show(`${done} ${doing[stage]}`),
        });
        line.clear();
        return reportCopy(copy, { source: source!, target: target! });
      } finally {
        line.clear();
      }
    });
  },
};

async function locate(argument: string, name: string, shell: Shell): Promise<StoreLocation> {
  return parseStoreLocation(await readArgument(argument, shell), process.cwd(), name);
}

async function withStores<Result>(
  places: readonly [StoreLocation, StoreLocation],
  work: (stores: [AccountStore, AccountStore]) => Promise<Result>,
): Promise<Result> {
  const from = await openStore(places[0]);
  try {
    const to = await openStore(places[1]);
    try {
      return await work([from, to]);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

function reportCopy(
  { accounts, events, messages, differenceCount, differences, isResumed, wasFinished }: StoreCopy,
  { source, target }: { readonly source: string; readonly target: string },
): Report {
  const what = `${accounts} accounts, ${events} events and ${messages} messages`;
  const json = {
    from: source,
    to: target,
    accounts,
    events,
    messages,
    resumed: isResumed,
    differenceCount,
    differences,
  };
  if (differenceCount === 0)
    return {
      status: 0,
      text: `${what} are in ${target} as they are in ${source}.`,
      remarks: [
        ...(wasFinished
          ? ['Nothing was copied: the copy was finished before, or FROM and TO are two names of one store.']
          : []),
        'Both have the same keys and API keys. Start the services on one of them alone, with TIDELOCK_STORE and the same TIDELOCK_KEYS (the keys file of a SQLite store stands beside it).',
      ],
      json,
    };
  return {
    status: 3,
    text: `${source} and ${target} differ in ${differenceCount} places.`,
    remarks: [
      ...differences.map(({ what: kind, where }) => `  ${kind}: ${where}`),
      ...(differenceCount > differences.length ? [`  and ${differenceCount - differences.length} more`] : []),
      wasFinished
        ? 'The copy was finished before, and one of them was written to since. Nothing was changed: to copy anew, name an empty store.'
        : 'Something wrote to one of them meanwhile. Stop every service and run it again: what differs is copied. Where events were erased or pruned meanwhile, begin with an empty store.',
    ],
    json,
  };
}
