import type { Guard } from './guard.ts';

/** Rule 3, of what counts across accounts: where nobody can count, nothing is sent and nobody is let in. */
export const limits: readonly Guard[] = [
  {
    rule: 3,
    guard: 'a limiter that throws has refused',
    file: 'packages/engine/src/guard-limiter.ts',
    find: 'onFault(error);\n          return unavailable;',
    replace: "onFault(error);\n          return { outcome: 'allowed' } as const;",
    test: {
      file: 'packages/engine/src/guard-limiter.test.ts',
      name: 'what it threw is told to the operator',
    },
  },
  {
    rule: 3,
    guard: 'a message leaves when its budgets allow it, and not before',
    file: 'packages/engine/src/courier.ts',
    find: "if (spending.outcome !== 'allowed') {",
    replace: "if (spending.outcome !== 'allowed' && this.#stopping) {",
    test: {
      file: 'packages/engine/src/send-guard.test.ts',
      name: 'gets no more than its budget in an hour',
    },
  },
  {
    rule: 3,
    guard: 'an attempt that nobody can count is not let through',
    file: 'packages/web/src/pages/attempt-guard.ts',
    find: 'throw refusalOf(spending);',
    replace: 'return { ...uncounted, refusal: refusalOf(spending) };',
    test: {
      file: 'packages/web/src/pages/attempt-guard.test.ts',
      name: 'one that hangs has refused after two seconds',
    },
  },
];
