import type { AuditEvent, Tidelock } from '@tidelock/engine';

export interface EventTellerOptions {
  readonly tidelock: Tidelock;
  /** The name of an account, as the application knows it. */
  readonly nameOf: (account: string) => string;
  readonly write: (line: string) => void;
}

/** Tells what happens in the audit log, in one calm line each. */
export interface EventTeller {
  /** Reads what is new, and tells it. */
  tell(): Promise<void>;
}

const eventsRead = 100;
const rememberedMax = 1_000;

/** Everything that is in the log by now is past, and not told. */
export async function createEventTeller({
  tidelock,
  nameOf,
  write,
}: EventTellerOptions): Promise<EventTeller> {
  const told = new Set<string>();
  const readNew = async (): Promise<readonly AuditEvent[]> => {
    const { items } = await tidelock.events(null, { limit: eventsRead });
    const fresh = items.filter((event) => !told.has(keyOf(event)));
    for (const event of fresh) told.add(keyOf(event));
    for (const key of told) {
      if (told.size <= rememberedMax) break;
      told.delete(key);
    }
    return fresh.toReversed();
  };
  await readNew();

  let reading: Promise<void> | null = null;
  let isWanted = false;
  const read = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      for (const event of await readNew()) write(lineOf(event, nameOf(event.account)));
    }
  };
  return {
    tell() {
      isWanted = true;
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}

/** `12:03:11  alice  verification rejected: replayed` */
function lineOf(event: AuditEvent, name: string): string {
  const time = new Date(event.at * 1000).toTimeString().slice(0, 8);
  return `${time}  ${name}  ${event.kind.replaceAll('-', ' ')}${detailOf(event)}`;
}

function detailOf({ kind, at, reason, method, purpose, codesLeft, failures, until }: AuditEvent): string {
  if (reason !== undefined) return `: ${reason}${failures === undefined ? '' : ` (failure ${failures})`}`;
  if (until !== undefined) return ` until ${formatEnd(until, at)}`;
  if (kind === 'verification-accepted') {
    const left = codesLeft === undefined ? '' : `, ${codesLeft} left`;
    return `: ${method ?? ''} for ${purpose ?? ''}${left}`;
  }
  return purpose === undefined ? '' : `: ${purpose}`;
}

/** The time of day, with the day where that is another one. */
function formatEnd(until: number, at: number): string {
  const [end, begin] = [new Date(until * 1000), new Date(at * 1000)];
  const time = end.toTimeString().slice(0, 8);
  return end.toDateString() === begin.toDateString() ? time : `${end.toDateString()} ${time}`;
}

function keyOf({ account, sequence }: AuditEvent): string {
  return `${sequence} ${account}`;
}
