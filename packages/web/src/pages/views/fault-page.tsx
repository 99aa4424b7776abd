import type { JSX } from 'hono/jsx/jsx-runtime';
import { Page, type PageFrame } from '../components/page.tsx';

export interface FaultPageProps {
  readonly frame: PageFrame;
  readonly title: string;
  readonly detail: string;
}

/** Says in plain words that something was not done, and where to go on. */
export function FaultPage({ frame, title, detail }: FaultPageProps): JSX.Element {
  return (
    <Page frame={frame} title={title} hasError>
      <div class="narrow">
        <h1>{title}</h1>
        <p class="lead">{detail}</p>
        <p>
          <a class="button" href={frame.homePath}>
            Back to the start
          </a>
        </p>
      </div>
    </Page>
  );
}
