/** One guard of a rule of the design (§6): what takes it away, and the test that goes red without it. */
export interface Guard {
  readonly rule: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
  /** What it holds, in a few words. */
  readonly guard: string;
  /** The source it stands in, from the root of the repository. */
  readonly file: string;
  /** Text that occurs there exactly once. */
  readonly find: string;
  /** What stands there once the guard is gone. */
  readonly replace: string;
  readonly test: {
    readonly file: string;
    /** The whole title of the test, or its beginning. */
    readonly name: string;
  };
}

const decisions = 'packages/engine/src/decisions';

/** The path of a file of the engine's decisions. */
export const inDecisions = (name: string): string => `${decisions}/${name}`;
