import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const lowest = 20_000;
/** From here on the system takes ports for connections that go out: what is closed there for a moment may be taken. */
const firstEphemeral = 32_768;
const triesMax = 100;

/**
 * A port of loopback that nobody listens on, and that stays free while its server is down for a moment.
 *
 * @param below where the ports end that are drawn from: lower for a server that takes a second port at a fixed distance.
 */
export async function freePort(below: number = firstEphemeral): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = randomInt(lowest, below);
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch {
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
  throw new Error(`None of ${triesMax} ports was free.`);
}
