import { rotateStoreKeys, type KeyRotation } from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { progressLine } from '../../command-line/progress-line.ts';
import type { Report } from '../../command-line/shell.ts';
import { openExistingGround } from '../../service/open-engine.ts';
import { readSettings } from '../../service/settings.ts';
import { systemUser } from '../account/administrator.ts';
import { describeFaults, sealedObject, totalOf } from './sealed-report.ts';

/** `tidelock keys rotate`: seals everything anew by the first key, while services run. */
export const rotateKeysCommand: DefinedCommand = {
  name: 'rotate',
  summary: 'seal everything anew by the first key, while the service runs; killed, it is begun again',
  examples: [
    'keys rotate   # every service has been restarted with the new key first in TIDELOCK_KEYS',
    'keys rotate --json   # status 3 where something could not be read: it is left as it is',
    'keys rotate --offline   # no service runs: the new key need not have been rolled out',
  ],
  declare: (command) =>
    command
      .option('--offline', 'no service runs on this store now')
      .option('--actor <name>', "who does it, for the store's log (default: the user of this system)"),
  async run(shell, _, options) {
    const settings = readSettings(shell.environment, process.cwd());
    const { store, keys } = await openExistingGround(settings);
    const line = progressLine(shell);
    try {
      const rotation = await rotateStoreKeys(store, keys, {
        actor: (options['actor'] as string | undefined) ?? systemUser(),
        isOffline: options['offline'] === true,
        onProgress: ({ pass, visited, resealed }) =>
          line.show(`walk ${pass}: ${visited} accounts, ${resealed} values sealed anew`),
      });
      return reportRotation(rotation);
    } finally {
      line.clear();
      await store.close();
    }
  },
};

function reportRotation(rotation: KeyRotation): Report {
  const { accounts, resealed, sealingKey, sealed, retired, faultCount, isOvertaken } = rotation;
  const names = retired.map((id) => `"${id}"`).join(', ');
  const remarks: string[] = [];
  if (retired.length > 0)
    remarks.push(`Nothing is sealed by ${names} any more: it may leave TIDELOCK_KEYS, everywhere.`);
  for (const [id, counts] of sealed) {
    const waiting = counts.message ?? 0;
    if (id !== sealingKey && waiting > 0)
      remarks.push(
        `${waiting} messages wait under "${id}". They go out, or expire within days: run it again then.`,
      );
  }
  if (isOvertaken)
    remarks.push(
      'A service still seals with an older key: restart it with the new one first, and run it again.',
    );
  remarks.push(...describeFaults(rotation));
  return {
    status: faultCount > 0 ? 3 : isOvertaken ? 1 : 0,
    text: `${resealed} values of ${accounts} accounts were sealed anew by "${sealingKey}".`,
    remarks,
    json: {
      sealingKey,
      accounts,
      resealed,
      retired,
      overtaken: isOvertaken,
      sealed: [...sealed].map(([id, counts]) => ({
        id,
        total: totalOf(counts),
        ...sealedObject(counts),
      })),
      faultCount,
      faults: rotation.faults.map(({ id, code }) => ({ ...id, code })),
    },
  };
}
