import { join } from 'node:path';
import type { ServiceHome } from '../../test/service/running-service.ts';
import { wrongCodeOf, type SeededAccount } from '../../test/service/seeded-accounts.ts';
import type { StoreEngine } from '../../test/service/store-engines.ts';
import { load, type LoadOptions, type LoadRequest } from './load.ts';
import { newPeerDatabase, startPeer, type Peer } from './peer.ts';
import { backupCode, codeNow, personOf, type People } from './people.ts';
import { processCost, startEcho, type Server } from './processes.ts';
import type { Row, Subject } from './results.ts';
import { openStoreHome } from './store-home.ts';

export interface EngineOptions {
  readonly engine: StoreEngine;
  readonly connections: readonly number[];
  readonly seconds: number;
  readonly hasPeer: boolean;
  readonly say: (text: string) => void;
}

/** How many accounts a second of load gets at most: each serves once. Where they run out, the load ends. */
const perSecondMost = (connections: number): number =>
  connections === 1 ? 8_000 : connections < 32 ? 20_000 : 24_000;
const peerPerSecondMost = 700;
/** With 64 connections an answer of it may take most of a second. */
const peerSecondsLeast = 3;
/** Before anything is counted, each server answers so many: what is compiled and cached in the first seconds is nobody's rate. */
const warmUp = { seconds: 2, connections: 16, people: 6_000, peerPeople: 500 } as const;
const enrollmentsPerSecondMost = 8_000;
/** As many as the service hashes at once: further ones would only wait, and still be waiting when the next load comes. */
const hashConnections = 4;
const hashesPerSecondMost = 400;
/** Four times ten hashes at once take a second where others use the machine, too. */
const hashSecondsLeast = 4;

/** What runs while one engine is measured. */
interface Stage {
  readonly options: EngineOptions;
  readonly home: ServiceHome;
  readonly service: Pick<Server, 'url' | 'pid'>;
  readonly echo: Server;
  readonly peer: Peer | null;
  readonly rows: Row[];
}

/** The service on one engine: each load beside the echo and the peer, one after the other. */
export async function measureEngine(options: EngineOptions): Promise<readonly Row[]> {
  const { engine, connections, seconds, say } = options;
  say(`${engine.name}: making accounts`);
  const { pending, withCodes } = otherPeople(seconds);
  const people = [warmPeople, ...connections.map((each) => peopleOf(each, seconds)), pending, withCodes];
  const own = await openStoreHome({ engine, people });
  const open: { stop(): Promise<unknown> }[] = [];
  try {
    const { home, location, service } = own;
    const peer = await startPeerOf(options, home, location);
    if (peer !== null) open.push(peer);
    const echo = await startEcho();
    open.push(echo);
    const stage: Stage = { options, home, service, echo, peer, rows: [] };
    await warmAll(stage);
    for (const each of connections) await measureVerifications(stage, each);
    await measureOthers(stage);
    return stage.rows;
  } finally {
    await Promise.all(open.map((each) => each.stop()));
    await own.stop();
  }
}

/** There is none where better-auth has no adapter that keeps everything on the engine. */
async function startPeerOf(
  { engine, hasPeer, connections, seconds, say }: EngineOptions,
  home: ServiceHome,
  location: string,
): Promise<Peer | null> {
  const isPostgres = location.startsWith('postgres');
  if (!hasPeer || !(isPostgres || location.startsWith('sqlite:'))) return null;
  say(`${engine.name}: making accounts of better-auth`);
  const database = isPostgres ? await newPeerDatabase(location) : join(home.folder, 'peer.db');
  const each = peerPerSecondMost * Math.max(seconds, peerSecondsLeast);
  return startPeer(database, warmUp.peerPeople + each * connections.length);
}

function peopleOf(connections: number, seconds: number): People {
  return { prefix: `c${connections}-`, kind: 'enrolled', count: perSecondMost(connections) * seconds };
}

function otherPeople(seconds: number): { readonly pending: People; readonly withCodes: People } {
  const count = hashesPerSecondMost * Math.max(seconds, hashSecondsLeast);
  return {
    pending: { prefix: 'pending-', kind: 'pending', count },
    withCodes: { prefix: 'codes-', kind: 'with-backup-codes', count },
  };
}

const warmPeople: People = { prefix: 'warm-', kind: 'enrolled', count: warmUp.people };

async function warmAll({ service, echo, peer, home, options }: Stage): Promise<void> {
  options.say(`${options.engine.name}: warming up`);
  const { connections } = warmUp;
  const seconds = Math.min(warmUp.seconds, options.seconds);
  const common = { seconds, connections, headers: headersOf(home), expected: '"accepted"' } as const;
  const right = [...rightRequests(warmPeople)];
  await load({ ...common, url: echo.url, requests: right, onLast: 'again' });
  await load({ ...common, url: service.url, requests: right, onLast: 'end' });
  await load({
    ...common,
    url: service.url,
    requests: wrongRequests(warmPeople),
    expected: '"rejected"',
    onLast: 'end',
  });
  if (peer !== null)
    await load({
      ...common,
      url: peer.url,
      headers: { Origin: peer.url },
      requests: peer.nextRequests(warmUp.peerPeople),
      expected: '"token":"',
      onLast: 'end',
    });
}

async function measureVerifications(stage: Stage, connections: number): Promise<void> {
  const { service, echo, peer, home, options } = stage;
  const { seconds } = options;
  const people = peopleOf(connections, seconds);
  const headers = headersOf(home);
  const common = { connections, seconds, headers } as const;
  await measure(stage, 'echo', echo, {
    ...common,
    requests: rightRequests({ ...people, count: 1_000 }),
    expected: '"accepted"',
    onLast: 'again',
  });
  await measure(stage, 'right', service, {
    ...common,
    requests: rightRequests(people),
    expected: '"outcome":"accepted"',
    onLast: 'end',
  });
  if (peer !== null)
    await measure(stage, 'peer', peer, {
      ...common,
      // What a browser on the same site sends.
      headers: { Origin: peer.url },
      seconds: Math.max(seconds, peerSecondsLeast),
      requests: peer.nextRequests(peerPerSecondMost * Math.max(seconds, peerSecondsLeast)),
      expected: '"token":"',
      onLast: 'end',
    });
  await measure(stage, 'wrong', service, {
    ...common,
    requests: wrongRequests(people),
    expected: '"outcome":"rejected"',
    onLast: 'end',
  });
}

/** What is done once in an account's life, and what costs an argon2id hash. */
async function measureOthers(stage: Stage): Promise<void> {
  const { service, home, options } = stage;
  const { seconds } = options;
  const connections = Math.max(...options.connections);
  const common = { connections, seconds, headers: headersOf(home), onLast: 'end' } as const;
  const { pending, withCodes } = otherPeople(seconds);
  await measure(stage, 'enrollment', service, {
    ...common,
    requests: Array.from({ length: enrollmentsPerSecondMost * seconds }, (_, index) => ({
      path: `/v1/accounts/new-${index}/factors`,
      body: '{"kind":"totp","accountName":"user@example.com"}',
    })),
    expected: '"status":"pending"',
  });
  await measure(stage, 'backupCode', service, {
    ...common,
    connections: hashConnections,
    seconds: Math.max(seconds, hashSecondsLeast),
    requests: requestsOf(withCodes, ({ account, ticket }) => ({
      path: `/v1/accounts/${account}/verify`,
      body: JSON.stringify({ code: backupCode, ticket }),
    })),
    expected: '"method":"backupCode"',
  });
  await measure(stage, 'activation', service, {
    ...common,
    connections: hashConnections,
    seconds: Math.max(seconds, hashSecondsLeast),
    requests: requestsOf(pending, (person) => ({
      path: `/v1/accounts/${person.account}/factors/${person.factorId}/activate`,
      body: JSON.stringify({ code: codeNow(person) }),
    })),
    expected: '"backupCodes":[',
  });
}

async function measure(
  { options, rows }: Stage,
  subject: Subject,
  server: Pick<Server, 'url' | 'pid'>,
  loadOptions: Omit<LoadOptions, 'url'>,
): Promise<void> {
  const { engine, say } = options;
  const { connections } = loadOptions;
  say(`${engine.name}: ${subject}, ${connections} connections`);
  const before = processCost(server.pid);
  const { perSecond, good, p50Milliseconds, p99Milliseconds } = await load({
    ...loadOptions,
    url: server.url,
  });
  const { cpuSeconds, memoryMegabytes, peakMegabytes } = processCost(server.pid);
  const cpuMicros = ((cpuSeconds - before.cpuSeconds) / good) * 1e6;
  const figures = { perSecond, good, p50Milliseconds, p99Milliseconds };
  rows.push({
    engine: engine.name,
    subject,
    connections,
    ...figures,
    cpuMicros,
    memoryMegabytes,
    peakMegabytes,
  });
}

export function headersOf(home: ServiceHome): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${home.apiKey}` };
}

/** The code of now and the ticket of each, or of those that are named. */
export function rightRequests(people: People, indices?: Iterable<number>): Generator<LoadRequest> {
  return requestsOf(
    people,
    (person) => ({
      path: `/v1/accounts/${person.account}/verify`,
      body: JSON.stringify({ code: codeNow(person), ticket: person.ticket }),
    }),
    indices,
  );
}

function wrongRequests(people: People): Generator<LoadRequest> {
  return requestsOf(people, (person) => ({
    path: `/v1/accounts/${person.account}/verify`,
    body: JSON.stringify({ code: wrongCodeOf(person) }),
  }));
}

function* requestsOf(
  people: People,
  requestOf: (person: SeededAccount) => LoadRequest,
  indices: Iterable<number> = Array(people.count).keys(),
): Generator<LoadRequest> {
  for (const index of indices) yield requestOf(personOf(people, index));
}
