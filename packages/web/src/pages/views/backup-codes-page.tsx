import type { JSX } from 'hono/jsx/jsx-runtime';
import { Notice } from '../components/message.tsx';
import { Page, type PageFrame } from '../components/page.tsx';

export interface BackupCodesPageProps {
  readonly frame: PageFrame;
  readonly codes: readonly string[];
  readonly accountName: string;
  readonly donePath: string;
  /** What has just become true, said first. */
  readonly notice: string;
}

const title = 'Keep your backup codes';

/** The codes, this once: to copy, to download, to print. */
export function BackupCodesPage(props: BackupCodesPageProps): JSX.Element {
  const { frame, codes, accountName, donePath, notice } = props;
  const text = fileText(frame.brand, accountName, codes);
  return (
    <Page frame={frame} title={title}>
      <Notice>{notice}</Notice>
      <h1>{title}</h1>
      <p class="lead">
        If you lose your phone, one of these signs you in. Each works once. They are shown only now: keep them
        where your phone is not, in a password manager or on paper.
      </p>
      <section class="card" aria-labelledby="codes-title">
        <h2 id="codes-title">{`Backup codes for ${frame.brand} (${accountName})`}</h2>
        <ol class="codes" id="codes" data-text={text}>
          {codes.map((code) => (
            <li>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <div class="actions">
          <button type="button" data-copy="codes" hidden>
            Copy
          </button>
          <a
            class="button"
            download="backup-codes.txt"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          >
            Download
          </a>
          <button type="button" data-print hidden>
            Print
          </button>
        </div>
      </section>
      <p class="no-print">
        <a class="button primary" href={donePath}>
          I have kept them
        </a>
      </p>
    </Page>
  );
}

/** What stands in the file; lines end as every editor reads them. */
function fileText(brand: string, accountName: string, codes: readonly string[]): string {
  const lines = [`Backup codes for ${brand} (${accountName})`, 'Each code works once.', '', ...codes, ''];
  return lines.join('\r\n');
}
