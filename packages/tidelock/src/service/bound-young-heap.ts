/**
 * What V8 may put into each half of its young heap, in MB. Left alone it takes 64 on a large machine: the service then keeps 60 to
 * 100 MB more of garbage, and serves no request more a second.
 */
const semiSpaceMegabytes = 16;
const flag = '--max-semi-space-size';

/** What is looked at of a process. */
export type StartedProcess = Pick<
  NodeJS.Process,
  'execPath' | 'execArgv' | 'argv' | 'env' | 'execve' | 'connected' | 'platform'
>;

/**
 * Starts a process over with a bounded young heap, which V8 takes at its start alone. It stays the same for whoever started it: its id,
 * its streams, its environment. Where that cannot be (Windows, a child that talks to its parent), or where the operator has
 * set the flag in `NODE_OPTIONS`, nothing happens.
 */
export function boundYoungHeap(started: StartedProcess): void {
  const { execPath, execArgv, argv, env, connected, platform } = started;
  // V8 takes underscores for dashes.
  const isSet = [...execArgv, env['NODE_OPTIONS'] ?? ''].some((text) =>
    text.replaceAll('_', '-').includes(flag),
  );
  if (isSet || connected || platform === 'win32') return;
  started.execve?.(execPath, [execPath, `${flag}=${semiSpaceMegabytes}`, ...execArgv, ...argv.slice(1)], env);
}
