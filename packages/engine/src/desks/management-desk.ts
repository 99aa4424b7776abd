import { normaliseAccount, normaliseLabel } from '../account/account-id.ts';
import { normaliseEmails, normaliseLocale, normaliseTrustedContacts } from '../account/contacts.ts';
import type { FactorView } from '../account/factor.ts';
import {
  prepareRegenerateBackupCodes,
  regenerateBackupCodes,
  type NewBackupCodes,
} from '../decisions/regenerate-backup-codes.ts';
import { renameFactor } from '../decisions/rename-factor.ts';
import type { SentCode } from '../decisions/mail-code.ts';
import { resendCode } from '../decisions/resend-code.ts';
import { revokeFactor, type RevokeOutcome } from '../decisions/revoke-factor.ts';
import { setContacts, type ContactsView } from '../decisions/set-contacts.ts';
import type { AccountStore } from '../ports/account-store.ts';
import { viewAccount, type AccountView } from './account-view.ts';
import type { DeskRooms, ProofOption } from './desk-rooms.ts';
import { readEventPage, type EventPage, type PageRequest } from './event-page.ts';
import { checkOptionalToken, checkToken } from './option-checks.ts';

/** Where notices go. */
export interface ContactsOptions extends ProofOption {
  /** 1 to 5 e-mail addresses; each is told of everything. They take the place of the ones before. */
  readonly emails: readonly string[];
  /** 1 to 3 addresses of other people, who may vouch for the owner when everything is lost; nobody where left out. */
  readonly trustedContacts?: readonly string[];
  /** In which language, such as `de`; that of the service where left out. */
  readonly locale?: string;
}

/** What a person sees and changes of their own second factor. */
export interface ManagementDesk {
  /** @throws TidelockError `store/…` */
  account(account: string): Promise<AccountView>;
  /** A new set, the old one is dead. @throws TidelockError `engine/proof-required`, `engine/no-active-factor` */
  regenerateBackupCodes(account: string, options?: ProofOption): Promise<NewBackupCodes>;
  /** @throws TidelockError `engine/proof-required`, `engine/factor-unknown` */
  renameFactor(
    account: string,
    factorId: string,
    options: ProofOption & { readonly label: string },
  ): Promise<FactorView>;
  /** @throws TidelockError `engine/proof-required`, `engine/factor-unknown` */
  revokeFactor(account: string, factorId: string, options?: ProofOption): Promise<RevokeOutcome>;
  /** Mails the code of a pending factor anew. @throws TidelockError `engine/factor-unknown`, `engine/rate-limited`, `vault/…` */
  resendCode(account: string, factorId: string): Promise<SentCode>;
  /**
   * Says where notices go. Best before the first enrollment: on an enrolled account it takes a proof.
   *
   * @throws TypeError, RangeError; TidelockError `engine/proof-required`, `engine/rate-limited`
   */
  setContacts(account: string, options: ContactsOptions): Promise<ContactsView>;
  /** The audit log, newest first: of one account, or (null) of the whole tenant. @throws RangeError */
  events(account: string | null, page?: PageRequest): Promise<EventPage>;
}

export interface ManagementRooms extends DeskRooms {
  readonly tenant: string;
  readonly store: AccountStore;
  readonly ready: () => Promise<void>;
}

export function createManagementDesk({
  office,
  idOf,
  tenant,
  store,
  ready,
}: ManagementRooms): ManagementDesk {
  return {
    async account(account) {
      const id = await idOf(account);
      return office.read(id, (record, context) => viewAccount(id.account, record, context));
    },
    async regenerateBackupCodes(account, { proof } = {}) {
      const command = { proof: checkOptionalToken(proof, 'proof') };
      const decision = { need: prepareRegenerateBackupCodes, decide: regenerateBackupCodes };
      return office.decidePrepared(await idOf(account), command, decision);
    },
    async renameFactor(account, factorId, { label, proof }) {
      const command = { ...checkChange(factorId, proof), label: normaliseLabel(label) };
      return office.decide(await idOf(account), command, renameFactor);
    },
    async revokeFactor(account, factorId, { proof } = {}) {
      return office.decide(await idOf(account), checkChange(factorId, proof), revokeFactor);
    },
    async resendCode(account, factorId) {
      const command = { factorId: checkToken(factorId, 'factorId') };
      return office.decide(await idOf(account), command, resendCode);
    },
    async setContacts(account, { emails, trustedContacts, locale, proof }) {
      const own = normaliseEmails(emails);
      const command = {
        emails: own,
        trusted: trustedContacts === undefined ? [] : normaliseTrustedContacts(trustedContacts, own),
        locale: locale === undefined ? null : normaliseLocale(locale),
        proof: checkOptionalToken(proof, 'proof'),
      };
      return office.decide(await idOf(account), command, setContacts);
    },
    async events(account, page = {}) {
      await ready();
      const whose = account === null ? { tenant } : { tenant, account: normaliseAccount(account) };
      return readEventPage(store, whose, page);
    },
  };
}

function checkChange(factorId: string, proof: string | undefined) {
  return { factorId: checkToken(factorId, 'factorId'), proof: checkOptionalToken(proof, 'proof') };
}
