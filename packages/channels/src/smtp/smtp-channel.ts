import type { Channel, Delivery, DeliveryResult } from '@tidelock/engine';
import { normaliseEmail } from '@tidelock/engine';
import { createTransport } from 'nodemailer';
import { composeNotice } from '../words/compose-notice.ts';
import { readMailbox, type Mailbox } from './mailbox.ts';
import { readSmtpUrl, type SmtpServerAddress } from './smtp-url.ts';

export interface SmtpChannelOptions {
  /** `smtp://host:587` or `smtps://user:password@host:465`. */
  readonly url: string;
  /** `no-reply@acme.example` or `Acme <no-reply@acme.example>`. */
  readonly from: string;
  /** Where somebody goes who did not do what a mail tells of: besides the link that stops a recovery the only one that a mail has; `https:`. */
  readonly helpUrl?: string;
  /** Whether a server that offers no TLS is refused. Only for this machine it may be false, and there it is where left out. */
  readonly requireTls?: boolean;
  /** The certificate authority of a private server, as PEM; the system's where left out. */
  readonly ca?: string;
  /** The most that one mail may take; 30 s where left out. */
  readonly timeoutSeconds?: number;
}

const knownOptions: ReadonlySet<string> = new Set([
  'url',
  'from',
  'helpUrl',
  'requireTls',
  'ca',
  'timeoutSeconds',
]);

const limits = Object.freeze({
  timeoutSeconds: 30, // well under the courier's own minute
  connections: 4,
  messagesOfConnection: 100,
  /** Connecting, the greeting, and silence, each; the whole has the limit above. */
  silenceMs: 10_000,
  idleMs: 30_000,
});

/**
 * Mail by SMTP, over connections that are kept for a while. Its name is `email`.
 *
 * @throws TypeError, RangeError for options that are wrong; the server is first spoken to when there is something to send.
 * @example
 * const channel = smtpChannel({ url: 'smtps://user:password@mail.example.com', from: 'Acme <no-reply@acme.example>' });
 */
export function smtpChannel(options: SmtpChannelOptions): Channel {
  const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
  if (unknown !== undefined) throw new TypeError(`smtpChannel has no option "${unknown}".`);
  const { timeoutSeconds = limits.timeoutSeconds } = options;
  const server = readSmtpUrl(options.url);
  const from = readMailbox(options.from);
  const helpUrl = options.helpUrl === undefined ? null : readHelpUrl(options.helpUrl);
  const requireTls = options.requireTls ?? !server.isLoopback;
  // SECURITY: who reads a mail on its way learns who has an account, and when it is locked.
  if (!requireTls && !server.isLoopback)
    throw new RangeError('Mail goes unencrypted to this machine alone: leave requireTls out.');
  const transport = createTransport(transportOptions(server, requireTls, options.ca));
  return {
    name: 'email',
    async deliver(delivery) {
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        await transport.sendMail({ ...mailOf(delivery, from, helpUrl), signal });
        return { outcome: 'delivered' };
      } catch (error) {
        return signal.aborted ? { outcome: 'failed', reason: 'timeout' } : judge(error);
      }
    },
    close: async () => transport.close(),
  };
}

function transportOptions(server: SmtpServerAddress, requireTLS: boolean, ca: string | undefined) {
  const { host, port, isImplicitTls, user, password } = server;
  return {
    host,
    port,
    pool: true as const,
    maxConnections: limits.connections,
    maxMessages: limits.messagesOfConnection,
    // What broke off in the middle is for the courier to try again.
    maxRequeues: 0,
    idleTimeout: limits.idleMs,
    secure: isImplicitTls,
    requireTLS,
    // A server on this machine often has a certificate that nobody vouches for.
    ignoreTLS: !requireTLS,
    connectionTimeout: limits.silenceMs,
    greetingTimeout: limits.silenceMs,
    socketTimeout: limits.silenceMs,
    dnsTimeout: limits.silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    // SECURITY: nodemailer's own log would have addresses and texts.
    logger: false as const,
    tls: { minVersion: 'TLSv1.2' as const, ...(ca === undefined ? {} : { ca }) },
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
  };
}

function mailOf(delivery: Delivery, from: Mailbox, helpUrl: string | null) {
  const { subject, text, html } = composeNotice(delivery, helpUrl);
  // SECURITY: whoever else writes into an outbox, one well-formed address comes out, and one line of subject.
  const to = normaliseEmail(delivery.to);
  const key = delivery.id.replaceAll(/[^A-Za-z0-9_-]/g, '');
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from: from.name === null ? from.address : { name: from.name, address: from.address },
    to,
    envelope: { from: from.address, to },
    subject: subject.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '),
    text,
    html,
    messageId: `<${key}@${domain}>`,
    headers: {
      'X-Idempotency-Key': key,
      // RFC 3834 §5: no holiday notice answers it.
      'Auto-Submitted': 'auto-generated',
    },
  };
}

/**
 * For good is a refusal of this recipient or this mail. Wrong credentials, a sender that is not allowed and a refusal by
 * policy (5.7.x: relaying, a block list) are the operator's to mend, and the mail waits for it.
 */
function judge(error: unknown): DeliveryResult {
  if (!(error instanceof Error)) return { outcome: 'failed', reason: 'unknown' };
  const { code, command, response, responseCode } = error as Error & {
    readonly code?: unknown;
    readonly command?: unknown;
    readonly response?: unknown;
    readonly responseCode?: unknown;
  };
  if (typeof responseCode !== 'number')
    return { outcome: 'failed', reason: typeof code === 'string' ? code : error.name };
  const isAboutMail = command === 'RCPT TO' || command === 'DATA';
  const isPolicy = typeof response === 'string' && /^\d{3}[ -]5\.7\./.test(response);
  const isForGood = isAboutMail && responseCode >= 500 && !isPolicy;
  return { outcome: isForGood ? 'refused' : 'failed', reason: String(responseCode) };
}

function readHelpUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new RangeError('A helpUrl begins with "https://", and has no user name.');
  return url.href;
}
