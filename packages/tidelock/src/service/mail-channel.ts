import type { Channel } from '@tidelock/engine';
import { ServiceError } from '../service-error.ts';
import type { MailSettings } from './settings.ts';

/**
 * The channel that the settings describe; the server is first spoken to when there is something to send.
 *
 * @throws ServiceError `service/setting`, which repeats nothing of a URL: there may be a password in it.
 */
export async function openMailChannel({ smtpUrl, from, helpUrl }: MailSettings): Promise<Channel> {
  // No command but the service sends anything: the others need not load a mailer.
  const { readMailbox, readSmtpUrl, smtpChannel } = await import('@tidelock/channels');
  asSetting('TIDELOCK_SMTP_URL', () => readSmtpUrl(smtpUrl));
  asSetting('TIDELOCK_MAIL_FROM', () => readMailbox(from));
  const help = helpUrl === null ? {} : { helpUrl };
  return asSetting('TIDELOCK_MAIL_HELP_URL', () => smtpChannel({ url: smtpUrl, from, ...help }));
}

function asSetting<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new ServiceError('service/setting', `${name}: ${error.message}`);
    throw error;
  }
}
