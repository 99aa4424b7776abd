import { keyOf } from '../account/account-id.ts';
import { compareCodePoints } from '../account/code-point-order.ts';
import { createAuditChain } from '../audit-chain.ts';
import { nodePlatform } from '../platform/node-crypto.ts';
import type { KeyRing } from '../ports/key-ring.ts';
import { openAuditKey } from '../store-identity.ts';
import { TidelockError } from '../tidelock-error.ts';
import {
  headTexts,
  runningDigest,
  type AccountLine,
  type FileHead,
  type FileLine,
  type FileStart,
} from './audit-file.ts';
import { Findings, type ChainEnd, type LogEnds, type LogReport } from './log-report.ts';
import { readLine } from './read-line.ts';
import { AccountCheck } from './verify-account.ts';

export interface VerifyLogOptions {
  /** The master keys of the store: one of those that sealed the audit key. */
  readonly keys: KeyRing;
  /** From an older export of the same log: every chain must go on from where it ended there. */
  readonly continues?: LogEnds;
  /** Whether the ends of the chains are wanted, for a newer export; they take memory for each account. */
  readonly collectEnds?: boolean;
}

/** What was found, and, where that was asked for, where the chains end. */
export interface VerifiedLog {
  readonly report: LogReport;
  readonly ends: LogEnds;
}

/**
 * Verifies an exported log by the keys alone, without the store (B09, LOG-05). A line that is null could not be read.
 * Memory does not grow with the file, unless the ends of its chains are asked for.
 *
 * @throws TidelockError `keys/not-of-this-store` where none of the keys has sealed the audit key of this file.
 */
export async function verifyLog(
  lines: AsyncIterable<string | null>,
  options: VerifyLogOptions,
): Promise<VerifiedLog> {
  const check = new LogCheck(options);
  for await (const line of lines) check.line(line);
  return check.end();
}

class LogCheck {
  readonly #options: VerifyLogOptions;
  readonly #collects: boolean;
  readonly #findings = new Findings();
  readonly #auditKey: { current: unknown } = { current: null };
  readonly #chain = createAuditChain(nodePlatform, () => this.#auditKey.current);
  readonly #ends = new Map<string, ChainEnd>();
  #start: FileStart | null = null;
  #head: FileHead | null = null;
  #isSigned = false;
  #account: AccountCheck | null = null;
  #lastId: Pick<AccountLine, 'tenant' | 'account'> | null = null;
  #line = 0;
  #digest = '';
  #accounts = 0;
  #events = 0;
  #erased = 0;

  constructor(options: VerifyLogOptions) {
    this.#options = options;
    this.#collects = options.collectEnds === true || options.continues !== undefined;
  }

  line(text: string | null): void {
    this.#line += 1;
    // Without the first line there is no key, and nothing more can be said.
    if (this.#line > 1 && this.#auditKey.current === null) return;
    const line = text === null ? null : readLine(text);
    if (this.#head !== null) return this.#find('There is a line after the signed head.');
    if (line?.type === 'head') return this.#readHead(line);
    this.#digest = runningDigest(this.#digest, text ?? '', nodePlatform);
    if (line === null) return this.#find('This line is not one of an exported log.');
    this.#read(line);
  }

  end(): VerifiedLog {
    this.#line += 1;
    if (this.#start === null) this.#find('This file does not begin as an exported log does.');
    else if (this.#head === null && this.#auditKey.current !== null) {
      this.#endAccount();
      this.#find('The signed head is missing: the end of the file was cut off.');
    }
    this.#compareAccounts();
    const { all, leftOut, none } = this.#findings;
    return {
      report: {
        outcome: none ? 'verified' : 'altered',
        signature: this.#head === null ? 'missing' : this.#isSigned ? 'right' : 'wrong',
        findings: all,
        findingsLeftOut: leftOut,
        accounts: this.#accounts,
        events: this.#events,
        erased: this.#erased,
        at: this.#head?.at ?? null,
      },
      ends: {
        storeId: this.#start?.storeId ?? '',
        tenant: this.#start?.tenant ?? null,
        account: this.#start?.account ?? null,
        ofAccounts: this.#ends,
      },
    };
  }

  #read(line: Exclude<FileLine, FileHead>): void {
    if (this.#line === 1 && line.type !== 'tidelock-audit') return;
    switch (line.type) {
      case 'tidelock-audit':
        return this.#line === 1 ? this.#readStart(line) : this.#find('The first line stands here again.');
      case 'account':
        return this.#readAccount(line);
      case 'event':
        this.#events += 1;
        if (this.#account === null) return this.#find('An event stands before the first account.');
        return this.#account.event(line, this.#line);
    }
  }

  #readStart(start: FileStart): void {
    const opened = openAuditKey(start.auditKeys, this.#options.keys, nodePlatform);
    if (opened.outcome === 'key-missing') {
      const names = Object.keys(start.auditKeys).map((id) => JSON.stringify(id));
      throw new TidelockError('keys/not-of-this-store', {
        detail: `The audit key of this file is sealed by ${names.slice(0, 16).join(', ')}.`,
      });
    }
    this.#start = start;
    if (opened.outcome === 'open-failed')
      return this.#find('The audit key does not open: the first line was changed, or the key is another.');
    this.#auditKey.current = opened.key;
    const { continues } = this.#options;
    const sameLog =
      continues === undefined ||
      (continues.storeId === start.storeId &&
        continues.tenant === start.tenant &&
        continues.account === start.account);
    if (!sameLog) this.#find('The older file is of another store, or of other accounts.');
  }

  #readAccount(account: AccountLine): void {
    this.#endAccount();
    this.#accounts += 1;
    const last = this.#lastId;
    const isLater =
      last === null ||
      (compareCodePoints(account.tenant, last.tenant) || compareCodePoints(account.account, last.account)) >
        0;
    if (!isLater)
      this.#findings.add({
        line: this.#line,
        tenant: account.tenant,
        account: account.account,
        sequence: null,
        what: 'This account stands here twice, or after a later one.',
      });
    this.#lastId = account;
    const older = this.#options.continues?.ofAccounts.get(keyOf(account)) ?? null;
    const rooms = { chain: this.#chain, platform: nodePlatform, findings: this.#findings };
    this.#account = new AccountCheck(account, this.#line, older, rooms);
  }

  #endAccount(): void {
    if (this.#account === null) return;
    this.#account.end();
    this.#erased += this.#account.erased;
    const { chainEnd } = this.#account;
    if (this.#collects) this.#ends.set(keyOf(chainEnd), chainEnd);
    this.#account = null;
  }

  /** SECURITY: LOG-05, the head signs every line before it: what no chain shows, it does, such as an account that is gone. */
  #readHead(head: FileHead): void {
    this.#endAccount();
    this.#head = head;
    const isOurs = this.#chain.sign('audit-head', ...headTexts(head)) === head.mac;
    const isWhole = head.digest === this.#digest;
    this.#isSigned = isOurs && isWhole;
    if (!isOurs) this.#find('The head is not signed by this store, or was changed.');
    else if (head.accounts !== this.#accounts)
      this.#find(`The head counts ${head.accounts} accounts, and there are ${this.#accounts}.`);
    else if (head.events !== this.#events)
      this.#find(`The head counts ${head.events} events, and there are ${this.#events}.`);
    else if (!isWhole && this.#findings.none)
      this.#find('A line before was changed in a way that no chain shows.');
  }

  #compareAccounts(): void {
    for (const [key, { tenant, account }] of this.#options.continues?.ofAccounts ?? []) {
      if (this.#ends.has(key)) continue;
      const what = 'This account is in the older file, and not in this one.';
      this.#findings.add({ line: this.#line, tenant, account, sequence: null, what });
    }
  }

  #find(what: string): void {
    this.#findings.add({ line: this.#line, tenant: null, account: null, sequence: null, what });
  }
}
