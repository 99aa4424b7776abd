import { bodyText, type AuditChain } from '../audit-chain.ts';
import type { Platform } from '../ports/platform.ts';
import type { AccountLine, EventLine } from './audit-file.ts';
import { isSigned } from './checkpoint.ts';
import type { ChainEnd, Findings } from './log-report.ts';

/** What a chain is verified with. */
export interface VerifyingRooms {
  readonly chain: AuditChain;
  readonly platform: Pick<Platform, 'digest'>;
  readonly findings: Findings;
}

/** Follows the events of one account, from its line to the next account's. */
export class AccountCheck {
  readonly #rooms: VerifyingRooms;
  readonly #account: AccountLine;
  readonly #line: number;
  /** The end of this chain in an older export; null where that has none. */
  readonly #older: ChainEnd | null;
  #sequence = 0;
  /** The link before the next event: as it stands there and, where that is wrong, as it should. */
  #links: readonly string[] = [''];
  /** The first body that is gone and that no erasure has explained yet. */
  #unexplained: { readonly line: number; readonly sequence: number } | null = null;
  erased = 0;

  constructor(account: AccountLine, line: number, older: ChainEnd | null, rooms: VerifyingRooms) {
    this.#rooms = rooms;
    this.#account = account;
    this.#line = line;
    this.#older = older;
    const { checkpoint } = account;
    if (checkpoint === null) return;
    if (!isSigned(rooms.chain, account, checkpoint))
      this.#find(line, null, 'The checkpoint that stands for the oldest events is not signed by this store.');
    this.#sequence = checkpoint.sequence;
    this.#links = [checkpoint.link];
    this.#compare(line, checkpoint);
  }

  event(event: EventLine, line: number): void {
    const { tenant, account, sequence } = event;
    if (tenant !== this.#account.tenant || account !== this.#account.account) {
      const { findings } = this.#rooms;
      findings.add({ line, tenant, account, sequence, what: 'The event of another account stands here.' });
      return;
    }
    const hasOwnBody = this.#checkBody(event, line);
    if (sequence <= this.#sequence) {
      this.#find(line, sequence, 'This event stands here twice, or after a later one.');
      return;
    }
    const hasOwnLink = this.#checkLink(event, line);
    this.#sequence = sequence;
    this.#compare(line, event);
    // SECURITY: LOG-05, only an erasure that the chain itself vouches for explains a body that is gone.
    if (hasOwnBody && hasOwnLink && event.body?.kind === 'account-erased') this.#unexplained = null;
  }

  /** The account's last event was read. */
  end(): void {
    const { events, link } = this.#account;
    if (this.#unexplained !== null) {
      const { line, sequence } = this.#unexplained;
      this.#find(line, sequence, 'What this event says is gone, and no erasure comes after it.');
    }
    if (events === null) this.#find(this.#line, null, 'The record of this account could not be read.');
    else if (this.#sequence < events)
      this.#find(this.#line, this.#sequence + 1, `${range(this.#sequence + 1, events)} missing at the end.`);
    else if (this.#sequence > events)
      this.#find(this.#line, events + 1, 'There are more events than the record of this account knows.');
    else if (!this.#links.includes(link))
      this.#find(this.#line, events, 'The last link is another one than the record of this account has.');
    if (this.#older !== null && this.#sequence < this.#older.sequence)
      this.#find(
        this.#line,
        this.#sequence + 1,
        `${range(this.#sequence + 1, this.#older.sequence)} in the older file, and not in this one.`,
      );
  }

  /** Where the chain stands, for a newer export. */
  get chainEnd(): ChainEnd {
    const { tenant, account } = this.#account;
    return { tenant, account, sequence: this.#sequence, link: this.#links[0]! };
  }

  #checkBody({ salt, body, bodyHash, sequence }: EventLine, line: number): boolean {
    if (salt === null || body === null) {
      this.erased += 1;
      this.#unexplained ??= { line, sequence };
      return false;
    }
    if (this.#rooms.platform.digest(bodyText({ ...body, salt })) === bodyHash) return true;
    this.#find(
      line,
      sequence,
      'This event says something else than was logged: its hash is of another text.',
    );
    return false;
  }

  #checkLink(event: EventLine, line: number): boolean {
    const { sequence, link } = event;
    if (sequence > this.#sequence + 1) {
      this.#find(line, sequence, `Before this event, ${range(this.#sequence + 1, sequence - 1)} missing.`);
      this.#links = [link];
      return false;
    }
    const { chain } = this.#rooms;
    const computed = this.#links.map((before) => chain.linkOf(before, event));
    const isRight = computed.includes(link);
    if (!isRight)
      this.#find(
        line,
        sequence,
        'This event does not follow from the one before it: one of both was changed.',
      );
    // Either may be what was changed; what comes after tells no more than it must.
    this.#links = isRight ? [link] : [link, computed[0]!];
    return isRight;
  }

  #compare(line: number, { sequence, link }: { readonly sequence: number; readonly link: string }): void {
    if (this.#older?.sequence === sequence && this.#older.link !== link)
      this.#find(line, sequence, 'Another event stands here than in the older file.');
  }

  #find(line: number, sequence: number | null, what: string): void {
    const { tenant, account } = this.#account;
    this.#rooms.findings.add({ line, tenant, account, sequence, what });
  }
}

function range(first: number, last: number): string {
  return first === last ? `event ${first} is` : `events ${first} to ${last} are`;
}
