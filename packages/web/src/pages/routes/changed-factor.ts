import type { FactorView } from '@tidelock/engine';
import { PageRefusal } from '../page-refusal.ts';
import type { ChangeCall } from './change.ts';

/** SECURITY: C7, C12, looked for among the signed-in person's own. @throws PageRefusal 404 */
export function factorOf({ form, account }: ChangeCall, field = 'factor'): FactorView {
  const wanted = form.text(field);
  const found = account.factors.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  throw new PageRefusal(404, {
    title: 'There is no such device',
    detail: 'It may have been removed already. Go back to the list and look again.',
  });
}
