import { accountCodec } from './account/account-record.ts';
import { settle, type Account } from './account/account.ts';
import { keyOf, type AccountId } from './account/account-id.ts';
import type { NoticeSettings } from './account/notice.ts';
import { bringToEpoch } from './decisions/bring-to-epoch.ts';
import { decided, stale, type Decision, type DecisionContext, type Stale } from './decisions/decision.ts';
import { decideLogged } from './decisions/log-refusal.ts';
import type { Preparation, PreparationNeed } from './decisions/preparation.ts';
import type { EpochWatch } from './epoch-watch.ts';
import type { Policy } from './policy.ts';
import type { Platform } from './ports/platform.ts';
import type { Preparer } from './preparer.ts';
import { TidelockError } from './tidelock-error.ts';
import type { Transact } from './transact.ts';
import type { Vault } from './vault.ts';

/** A decision with the slow work that it wants done first. */
export interface PreparedDecision<Command, Outcome> {
  /** Null where nothing needs to be prepared; looked at outside every batch. */
  need(account: Account, command: Command, context: DecisionContext): PreparationNeed | null;
  decide(
    account: Account,
    command: Command,
    context: DecisionContext,
    preparation: Preparation | null,
  ): Decision<Outcome>;
}

/** Brings commands and accounts together: decisions see an account as it stands now, and durable is what they decided. */
export interface AccountOffice {
  decide<Command, Outcome>(
    id: AccountId,
    command: Command,
    decide: (account: Account, command: Command, context: DecisionContext) => Decision<Outcome>,
  ): Promise<Outcome>;
  /** As `decide`; where the decision is stale, what it needs is prepared, and made anew twice at most. */
  decidePrepared<Command, Outcome>(
    id: AccountId,
    command: Command,
    decision: PreparedDecision<Command, Outcome>,
  ): Promise<Outcome>;
  /** Reads without writing. */
  read<View>(id: AccountId, view: (account: Account, context: DecisionContext) => View): Promise<View>;
}

export interface AccountOfficeOptions {
  readonly transact: Transact;
  readonly preparer: Preparer;
  readonly platform: Platform;
  readonly policy: Policy;
  readonly issuer: string;
  readonly vault: Vault;
  readonly epochs: EpochWatch;
  /** Null where there is no channel: then no message is written, and the outbox does not grow. */
  readonly notices: NoticeSettings | null;
}

const preparationsMax = 3;

export function createAccountOffice({ transact, preparer, ...rooms }: AccountOfficeOptions): AccountOffice {
  const present = presenterOf(rooms);

  const run = <Outcome>(
    id: AccountId,
    decide: (account: Account, context: DecisionContext) => Decision<Outcome>,
  ) =>
    transact.run<Account, Outcome>({
      id,
      codec: accountCodec,
      decide(record) {
        const { context, account, events } = present(id, record);
        return inEpoch(decideLogged(account, context, decide, events), record, context);
      },
    });

  const read: AccountOffice['read'] = async (id, view) => {
    const outcome = await transact.run<Account, { readonly view: ReturnType<typeof view> }>({
      id,
      codec: accountCodec,
      decide(record) {
        const { context, account } = present(id, record);
        return decided(record, { view: view(account, context) });
      },
    });
    return mustBeFresh(outcome).view;
  };

  /** One at a time for an account, since each costs a slow hash; prepared anew when the record has changed meanwhile. */
  const decideAlone: AccountOffice['decidePrepared'] = (id, command, decision) =>
    preparer.alone(keyOf(id), async () => {
      for (let attempt = 0; attempt < preparationsMax; attempt += 1) {
        const need = await read(id, (account, context) => decision.need(account, command, context));
        const preparation = need === null ? null : await preparer.prepare(need);
        const outcome = await run(id, (account, context) =>
          decision.decide(account, command, context, preparation),
        );
        if (outcome !== stale) return mustBeFresh(outcome);
      }
      throw new TidelockError('engine/contention', { retryAfterSeconds: 1 });
    });

  return {
    read,
    decide: async (id, command, decide) =>
      mustBeFresh(await run(id, (account, context) => decide(account, command, context))),
    async decidePrepared(id, command, decision) {
      // Most commands turn out to need nothing slow: they take the short way, and gather into batches.
      const outcome = await run(id, (account, context) => decision.decide(account, command, context, null));
      return outcome === stale ? decideAlone(id, command, decision) : mustBeFresh(outcome);
    },
  };
}

/** Gives an account as it stands now, what brought it there, and what a decision may look at besides. */
function presenterOf({ epochs, ...surroundings }: Omit<AccountOfficeOptions, 'transact' | 'preparer'>) {
  const { platform, policy } = surroundings;
  return (id: AccountId, record: Account) => {
    const epoch = epochs.current(record.epoch);
    const now = platform.clock.now();
    const context: DecisionContext = { id, now, epoch: epoch.number, ...surroundings };
    const { account, events } = bringToEpoch(record, epoch, policy);
    return { context, account: settle(account, policy, now), events };
  };
}

/** What is written is of this epoch; what stays as it was is not written for it. */
function inEpoch<Outcome>(
  decision: Decision<Outcome>,
  before: Account,
  { epoch }: DecisionContext,
): Decision<Outcome> {
  if (decision.kind === 'stale' || decision.record === before || decision.record.epoch === epoch)
    return decision;
  return { ...decision, record: { ...decision.record, epoch } };
}

function mustBeFresh<Outcome>(outcome: Outcome | Stale): Outcome {
  if (outcome === stale) throw new TidelockError('engine/contention', { retryAfterSeconds: 1 });
  return outcome as Outcome;
}
