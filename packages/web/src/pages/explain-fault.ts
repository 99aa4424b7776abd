import { TidelockError, type ErrorCode } from '@tidelock/engine';
import { faultStatus } from '../api/fault-status.ts';
import { PageRefusal } from './page-refusal.ts';
import { formatWait } from './words/time-words.ts';

/** Whatever was thrown, as a page says it. */
export interface ExplainedFault {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number | undefined;
  /** Whether the operator should hear of it: what a person did wrong is no fault. */
  readonly isOurs: boolean;
}

/** A fault in plain words; what the person could not have caused tells them nothing of the inside. */
export function explainFault(error: unknown): ExplainedFault {
  if (error instanceof PageRefusal)
    return { status: error.status, title: error.title, detail: error.message, isOurs: false };
  if (error instanceof TidelockError) return explainTidelockError(error);
  return unexpected(500);
}

function explainTidelockError({ code, retryAfterSeconds }: TidelockError): ExplainedFault {
  if (code === 'engine/rate-limited' || code === 'engine/too-many-attempts') {
    const wait = formatWait(retryAfterSeconds ?? 60);
    const detail = `This was tried too often. Wait ${wait}, then try again.`;
    return { status: 429, title: 'A little slower, please', detail, retryAfterSeconds, isOurs: false };
  }
  if (code === 'engine/limiter-unavailable') {
    const detail = 'We cannot let anybody in at this moment. Wait a few seconds, then try again.';
    return { status: 503, title: 'A little patience, please', detail, retryAfterSeconds, isOurs: true };
  }
  return explained[code] ?? { ...unexpected(faultStatus[code]), retryAfterSeconds };
}

const changedMeanwhile: ExplainedFault = {
  status: 409,
  title: 'Something has changed meanwhile',
  detail: 'Nothing was done. Go back to your devices, look at them, and try again.',
  isOurs: false,
};

const explained: { readonly [Code in ErrorCode]?: ExplainedFault } = {
  'engine/proof-required': changedMeanwhile,
  'engine/factor-unknown': changedMeanwhile,
  'engine/no-active-factor': changedMeanwhile,
  'engine/too-many-factors': {
    status: 409,
    title: 'You have as many devices as there may be',
    detail: 'Remove one that you no longer use, then add the new one.',
    isOurs: false,
  },
  'engine/enrollment-required': {
    status: 403,
    title: 'Another kind of device is needed',
    detail: 'The device that you have does not count here any more. Please ask whoever runs this site.',
    isOurs: false,
  },
  'engine/account-not-enrolled': {
    status: 503,
    title: 'We cannot sign you in now',
    detail:
      'You have two-factor authentication, and your devices cannot be found. To be safe, nobody gets in. Please tell whoever runs this site.',
    isOurs: true,
  },
};

function unexpected(status: number): ExplainedFault {
  return {
    status,
    title: 'That did not work',
    detail: 'It is our fault and not yours. If you typed a code, wait for the next one, then try again.',
    isOurs: true,
  };
}
