import type { Notice, NoticeKind } from '@tidelock/engine';

/** An instant of a notice, said in the language of the words. */
export type TellInstant = (seconds: number | undefined) => string;

/** What one kind of notice says. */
export interface KindWords {
  /** A whole sentence without its full stop; the name of the application stands before it. */
  readonly subject: string;
  /** What happened, in whole sentences. */
  happened(notice: Notice, tell: TellInstant): string;
  /** What to do if it was you, where that is something. */
  readonly ifYou?: string;
  /** What to do if it was not you. */
  readonly ifNotYou: string;
}

/** All the words of one language. A language is complete, or the compiler says what is missing. */
export interface NoticeWords {
  /** BCP 47. */
  readonly locale: string;
  readonly when: string;
  readonly itWasYou: string;
  readonly itWasNotYou: string;
  /** Stands before the link that stops what a message tells of. */
  readonly stop: string;
  /** Stands before the code that a message brings. */
  readonly code: string;
  /** Stands before the link that the operator has configured. */
  readonly help: string;
  readonly footer: (issuer: string) => string;
  readonly kinds: { readonly [kind in NoticeKind]: KindWords };
}
