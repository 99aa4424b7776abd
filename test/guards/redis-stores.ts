import type { Guard } from './guard.ts';

const source = 'packages/store-redis/src';
const testFile = `${source}/redis-store.faults.test.ts`;

/** What a server forgets or a client says twice would be a code that counts twice, or a factor that is none. */
export const redisStores: readonly Guard[] = [
  {
    rule: 1,
    guard: 'a commit to Redis is sent once',
    file: `${source}/open-client.ts`,
    find: 'autoResendUnfulfilledCommands: false,\n    maxRetriesPerRequest: 0,',
    replace: 'autoResendUnfulfilledCommands: true,\n    maxRetriesPerRequest: 20,',
    test: { file: testFile, name: 'B6 it is unknown and was sent once' },
  },
  {
    rule: 1,
    guard: 'a Redis that has other settings after a restart is looked at again',
    file: `${source}/connections.ts`,
    find: '      this.#sound = null;\n      this.#attempt?.resolve();',
    replace: '      this.#attempt?.resolve();',
    test: { file: testFile, name: 'B6 a server that is set to lose what it answers while it serves' },
  },
  {
    rule: 3,
    guard: 'a Redis that evicts accounts is refused',
    file: `${source}/server-check.ts`,
    find: "if (policy === 'noeviction' || ",
    replace: "if (policy !== '' || ",
    test: { file: testFile, name: 'C17 one that evicts accounts' },
  },
  {
    rule: 3,
    guard: 'accounts that are gone from Redis are no unknown accounts',
    file: `${source}/open-partitions.ts`,
    find: 'if (stored !== mark) throw goneFault();',
    replace: '',
    test: { file: testFile, name: 'C17 data that is gone is not made anew' },
  },
  {
    rule: 3,
    guard: 'nothing is written to Redis where accounts are gone',
    file: `${source}/commit-script.ts`,
    find: 'if stored[1] ~= ARGV[1] then return ${goneReply} end',
    replace: '',
    test: { file: testFile, name: 'C17 data that is gone is not made anew' },
  },
  {
    rule: 3,
    guard: 'accounts of several partitions of which one is gone are no unknown accounts',
    file: `${source}/read-scripts.ts`,
    find: 'if stored[1] ~= ARGV[1] then return ${goneReply} end',
    replace: '',
    test: {
      file: `${source}/redis-store.steps.test.ts`,
      name: 'C17 one partition that is gone refuses a step',
    },
  },
  {
    rule: 3,
    guard: 'a Redis that has lost a part of its accounts is not opened',
    file: `${source}/store-mark.ts`,
    find: 'const wasWhole = root?.isWhole === true || ',
    replace: 'const wasWhole = root === null && ',
    test: { file: testFile, name: 'C17 a store of which a part is gone' },
  },
];
