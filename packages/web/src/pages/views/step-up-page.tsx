import type { JSX } from 'hono/jsx/jsx-runtime';
import { CodeField } from '../components/field.tsx';
import { ErrorSummary, Notice } from '../components/message.tsx';
import { CsrfField, Page, type PageFrame } from '../components/page.tsx';
import type { CodeKind, RefusalWords } from '../words/refusal-words.ts';
import { codeFieldWords } from './challenge-page.tsx';

/** What a code is asked for, in the words of the person who asked for it. */
export interface ActWords {
  readonly title: string;
  readonly sentence: string;
  readonly button: string;
  /** What cannot be taken back. */
  readonly warning?: string;
}

export interface StepUpPageProps {
  readonly frame: PageFrame;
  /** Where the form goes: to the change itself, which is then carried out. */
  readonly path: string;
  readonly backPath: string;
  readonly csrf: string;
  readonly words: ActWords;
  readonly kind: CodeKind;
  readonly error: RefusalWords | null;
  /** What the change needs, and the ticket. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Asks for a fresh code before a change; its form carries the change along, so that it is carried out at once. */
export function StepUpPage(props: StepUpPageProps): JSX.Element {
  const { frame, path, backPath, csrf, words, kind, error, fields } = props;
  const other = kind === 'app' ? 'backup' : 'app';
  return (
    <Page frame={frame} title={words.title} hasError={error !== null}>
      <div class="narrow">
        {error !== null && <ErrorSummary message={error.message} fieldId="code" />}
        <h1>{words.title}</h1>
        <p class="lead">{words.sentence}</p>
        {words.warning !== undefined && <Notice kind="warn">{words.warning}</Notice>}
        <form class="card" method="post" action={path}>
          <CsrfField csrf={csrf} />
          {Object.entries({ ...fields, kind }).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <CodeField {...codeFieldWords(kind)} kind={kind} error={error?.atField ?? null} />
          <div class="actions">
            <button class={words.warning === undefined ? 'primary' : 'primary danger'} type="submit">
              {words.button}
            </button>
            <a class="button" href={backPath}>
              Cancel
            </a>
          </div>
          <p class="aside">
            <button class="quiet" type="submit" name="switch" value={other} formnovalidate>
              {kind === 'app' ? 'Use a backup code' : 'Use your authenticator app'}
            </button>
          </p>
        </form>
      </div>
    </Page>
  );
}
