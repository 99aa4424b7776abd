import { execFileSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { startRedis, usualProgram, type RedisServer, type ServerProgram } from './redis-server.ts';

/** Three masters, each with a replica. */
export interface RedisCluster {
  /** Three of its nodes; they know the others. */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  /** Those that are masters now. */
  masters(): Promise<readonly RedisServer[]>;
  /** Ends the copying of a master, which goes on serving; until it is started anew nobody copies it. */
  cutReplicaOf(master: RedisServer): Promise<void>;
  /** Moves the slot of a key, and what is in it, to another master. */
  moveSlotOf(key: string): Promise<void>;
  /** Waits until every master has a replica that is up to date; before that there is no fail-over. */
  untilSynchronised(): Promise<void>;
  dispose(): Promise<void>;
}

const nodeCount = 6;
const triesMax = 400;

/** Starts six nodes and waits until every replica has synchronised: before that there is no fail-over. */
export async function startRedisCluster({
  settings = [],
  program = usualProgram,
}: {
  readonly settings?: readonly string[];
  readonly program?: ServerProgram;
} = {}): Promise<RedisCluster> {
  const clusterSettings = [
    '--cluster-enabled yes',
    '--cluster-node-timeout 1000',
    '--repl-diskless-sync-delay 0',
    ...settings,
  ];
  const nodes: RedisServer[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.dispose()));
  };
  try {
    for (let index = 0; index < nodeCount; index++)
      nodes.push(await startRedis({ settings: clusterSettings, program }));
    const client = program.replace('server', 'cli');
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'];
    execFileSync(client, create, { stdio: 'pipe' });
    await untilSynchronised(nodes);
  } catch (error) {
    await dispose();
    throw error;
  }
  const places = nodes.slice(0, 3).map(({ port }) => `127.0.0.1:${port}`);
  const url = `redis://${places.join(',')}/?cluster=true`;
  return {
    url,
    nodes,
    masters: () => nodesOf(nodes, 'role:master'),
    async cutReplicaOf(master) {
      await master.command('ACL', 'SETUSER', 'default', '-psync', '-sync');
      await master.command('CLIENT', 'KILL', 'TYPE', 'replica');
    },
    moveSlotOf: (key) => moveSlotOf(nodes, key),
    untilSynchronised: () => untilSynchronised(nodes),
    dispose,
  };
}

async function untilSynchronised(nodes: readonly RedisServer[]): Promise<void> {
  const ask = (...words: string[]): Promise<string[]> =>
    Promise.all(nodes.map((node) => node.command(...words).catch(() => '')));
  for (let tries = 0; tries < triesMax; tries++) {
    const replicas = await nodesOf(nodes, 'master_link_status:up');
    const states = await ask('CLUSTER', 'INFO');
    const maps = await ask('CLUSTER', 'SLOTS');
    const isOk = states.every((state) => state.includes('cluster_state:ok'));
    const isKnown = maps.every((map) => nodes.every(({ port }) => map.includes(`:${port}\r`)));
    if (isOk && isKnown && replicas.length === nodeCount / 2) return;
    await pause(25);
  }
  throw new Error('The cluster did not come up.');
}

async function nodesOf(nodes: readonly RedisServer[], line: string): Promise<RedisServer[]> {
  const infos = await Promise.all(nodes.map((node) => node.command('INFO', 'replication').catch(() => '')));
  return nodes.filter((_, index) => infos[index]!.includes(line));
}

/** As the documentation of CLUSTER SETSLOT has it, key by key. */
async function moveSlotOf(nodes: readonly RedisServer[], key: string): Promise<void> {
  const masters = await nodesOf(nodes, 'role:master');
  const slot = /^:([0-9]+)/.exec(await nodes[0]!.command('CLUSTER', 'KEYSLOT', key))![1]!;
  const has = await Promise.all(masters.map((node) => node.command('CLUSTER', 'COUNTKEYSINSLOT', slot)));
  const from = masters[has.findIndex((count) => !count.startsWith(':0'))]!;
  const to = masters.find((node) => node !== from)!;
  const [fromId, toId] = await Promise.all(
    [from, to].map(async (node) => lineOf(await node.command('CLUSTER', 'MYID'))),
  );
  await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId!);
  await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId!);
  for (;;) {
    const answer = await from.command('CLUSTER', 'GETKEYSINSLOT', slot, '1');
    const next = answer.split('\r\n')[2];
    if (next === undefined) break;
    await from.command('MIGRATE', '127.0.0.1', String(to.port), next, '0', '5000');
    await pause(20);
  }
  for (const node of [to, from, ...masters]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', toId!);
}

function lineOf(answer: string): string {
  return answer.split('\r\n')[1]!;
}
