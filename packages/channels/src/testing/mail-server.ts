import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isSecure: boolean;
  readonly source: string;
  /** The value of a header, unfolded; null where it is not there. */
  header(name: string): string | null;
  /** The source, its quoted-printable parts decoded. */
  readonly text: string;
}

export interface MailServerOptions {
  /** Any free one where left out. */
  readonly port?: number;
  /** Offers STARTTLS with this; it offers none where left out. */
  readonly tls?: TlsKey;
  readonly isImplicitTls?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  /** What `RCPT TO` is answered by; null for yes. */
  readonly answerRecipient?: (address: string) => SmtpRefusal | null;
  /** What a whole mail is answered by; null for yes, a promise that never ends for a server that hangs. */
  readonly answerMail?: (mail: ReceivedMail) => SmtpRefusal | null | Promise<null>;
}

export interface SmtpRefusal {
  readonly code: number;
  readonly text: string;
}

/** A real SMTP server on this machine. */
export interface MailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** How many connections there ever were. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

export interface TlsKey {
  readonly key: string;
  readonly cert: string;
}

/** A key of its own for a server on this machine, with a certificate that vouches for itself. */
export function newTlsKey(): TlsKey {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-mail-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const options =
      '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync('openssl', ['req', ...options.split(' '), ...names, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { tls, login, answerRecipient = () => null, answerMail = () => null } = options;
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    logger: false,
    ...tls,
    secure: options.isImplicitTls === true,
    authOptional: login === undefined,
    disabledCommands: [...(tls === undefined ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    closeTimeout: 100,
    onConnect(_, callback) {
      connections += 1;
      callback();
    },
    onAuth({ username, password }, _, callback) {
      const isRight = username === login?.user && password === login?.password;
      callback(isRight ? null : new Error('Wrong credentials'), { user: username ?? '' });
    },
    onRcptTo({ address }, _, callback) {
      callback(errorOf(answerRecipient(address)));
    },
    onData(stream, { envelope, secure }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        const mail = readMail({ from, to, isSecure: secure, source: Buffer.concat(chunks).toString() });
        const answer = async (): Promise<void> => {
          const refusal = await answerMail(mail);
          if (refusal === null) mails.push(mail);
          callback(errorOf(refusal));
        };
        void answer();
      });
    },
  });
  // What a client breaks off is no fault of ours.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function errorOf(refusal: SmtpRefusal | null): Error | null {
  return refusal === null ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.code });
}

function readMail(mail: Pick<ReceivedMail, 'from' | 'to' | 'isSecure' | 'source'>): ReceivedMail {
  const [head = ''] = mail.source.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const bytes = mail.source
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
  return {
    ...mail,
    header: (name) => {
      const prefix = `${name.toLowerCase()}: `;
      return lines.find((line) => line.toLowerCase().startsWith(prefix))?.slice(prefix.length) ?? null;
    },
    text: bytes.replaceAll(/(?:%[0-9A-F]{2})+/g, (run) => decodeRun(run)),
  };
}

function decodeRun(run: string): string {
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString();
}
