export { smtpChannel } from './smtp/smtp-channel.ts';
export type { SmtpChannelOptions } from './smtp/smtp-channel.ts';
export { readMailbox } from './smtp/mailbox.ts';
export type { Mailbox } from './smtp/mailbox.ts';
export { readSmtpUrl } from './smtp/smtp-url.ts';
export type { SmtpServerAddress } from './smtp/smtp-url.ts';
