import type { Notice } from '@tidelock/engine';
import type { NoticeWords } from './notice-words.ts';

const passwordFirst = 'Vielleicht kennt jemand anderes Ihr Passwort: Ändern Sie es jetzt.';
const device = ({ label }: Notice): string => (label === undefined ? 'Ein Gerät' : `Das Gerät „${label}“`);
const codes = ({ codesLeft = 0 }: Notice): string =>
  codesLeft === 1 ? 'Ein Code ist' : `${codesLeft === 0 ? 'Keine' : codesLeft} Codes sind`;
const administrator = ({ actor, note }: Notice): string =>
  [
    actor === undefined ? '' : ` durch ${actor}`,
    note === undefined ? '' : ` (angegebener Grund: „${note}“)`,
  ].join('');

const witness = (notice: Notice): string =>
  notice.actor === undefined ? '' : `; der letzte kam${administrator(notice)}`;

export const german: NoticeWords = {
  locale: 'de',
  when: 'Zeitpunkt',
  itWasYou: 'Wenn Sie das waren, ist nichts zu tun.',
  itWasNotYou: 'Wenn Sie das nicht waren',
  stop: 'Halten Sie es hier an',
  code: 'Der Code',
  help: 'Hilfe finden Sie hier',
  footer: (issuer) =>
    `${issuer} sendet diese Nachricht, wenn sich an Ihrer Zwei-Faktor-Anmeldung etwas tut. Sie fragt nie nach einem Code oder einem Passwort.`,
  kinds: {
    'factor-activated': {
      subject: 'Ihrem Konto wurde ein Gerät hinzugefügt',
      happened: (notice) => `${device(notice)} erzeugt jetzt Codes für Ihr Konto.`,
      ifNotYou: `${passwordFirst} Entfernen Sie dann das Gerät.`,
    },
    'factor-revoked': {
      subject: 'Ein Gerät wurde aus Ihrem Konto entfernt',
      happened: (notice) =>
        `${device(notice)} wurde aus Ihrem Konto entfernt. Seine Codes gelten nicht mehr.`,
      ifNotYou: passwordFirst,
    },
    'factor-disabled': {
      subject: 'Ein Gerät wurde nach vielen falschen Codes abgeschaltet',
      happened: (notice) =>
        `${device(notice)} wurde nach vielen falschen Codes in Folge abgeschaltet. Richten Sie es neu ein, um es wieder zu benutzen.`,
      ifNotYou: passwordFirst,
    },
    'backup-code-used': {
      subject: 'Ein Backup-Code wurde benutzt',
      happened: (notice) => `Ein Backup-Code Ihres Kontos wurde benutzt. ${codes(notice)} noch übrig.`,
      ifNotYou: `${passwordFirst} Erzeugen Sie dann neue Backup-Codes.`,
    },
    'backup-codes-low': {
      subject: 'Ein Backup-Code wurde benutzt, und wenige sind übrig',
      happened: (notice) =>
        `Ein Backup-Code Ihres Kontos wurde benutzt. ${codes(notice)} noch übrig: Erzeugen Sie bald neue, und bewahren Sie sie sicher auf.`,
      ifNotYou: `${passwordFirst} Erzeugen Sie dann neue Backup-Codes.`,
    },
    'backup-codes-generated': {
      subject: 'Neue Backup-Codes wurden erzeugt',
      happened: () => 'Für Ihr Konto wurden neue Backup-Codes erzeugt. Die alten gelten nicht mehr.',
      ifNotYou: `${passwordFirst} Erzeugen Sie dann noch einmal neue Backup-Codes.`,
    },
    'wrong-code': {
      subject: 'Eine Anmeldung mit einem falschen Code',
      happened: () =>
        'Jemand kam über den ersten Schritt hinaus, der meist Ihr Passwort ist, und gab dann einen Code ein, der falsch oder schon benutzt war. Die Anmeldung wurde abgelehnt. Über weitere informieren wir Sie höchstens einmal in der Stunde.',
      ifNotYou: passwordFirst,
    },
    locked: {
      subject: 'Codes werden eine Zeit lang abgelehnt',
      happened: (notice, tell) =>
        `Nach mehreren falschen Codes werden Codes bis ${tell(notice.until)} abgelehnt. Backup-Codes gelten trotzdem.`,
      ifNotYou: passwordFirst,
    },
    unlocked: {
      subject: 'Die Sperre Ihres Kontos wurde aufgehoben',
      happened: (notice) =>
        `Eine Sperre Ihres Kontos nach falschen Codes wurde aufgehoben${administrator(notice)}. Codes werden wieder angenommen.`,
      ifNotYou: 'Wenn Sie nicht darum gebeten haben, melden Sie sich bei uns.',
    },
    'reset-begun': {
      subject: 'Ihre Zwei-Faktor-Anmeldung soll abgeschaltet werden',
      happened: (notice, tell) =>
        `Das Abschalten Ihrer Zwei-Faktor-Anmeldung wurde begonnen${administrator(notice)}. Vor dem ${tell(notice.until)} wird nichts entfernt. Bis dahin können Sie es mit einem Code Ihres Geräts oder einem Backup-Code abbrechen.`,
      ifNotYou: 'Melden Sie sich an, brechen Sie es ab, und wenden Sie sich an uns.',
    },
    'reset-cancelled': {
      subject: 'Das Abschalten der Zwei-Faktor-Anmeldung wurde abgebrochen',
      happened: () => 'Ihre Zwei-Faktor-Anmeldung bleibt eingeschaltet. Es wurde nichts entfernt.',
      ifNotYou: passwordFirst,
    },
    'reset-completed': {
      subject: 'Ihre Zwei-Faktor-Anmeldung wurde abgeschaltet',
      happened: (notice) =>
        `Alle Geräte und Backup-Codes wurden aus Ihrem Konto entfernt${administrator(notice)}. Jetzt schützt es nur noch Ihr Passwort: Richten Sie die Zwei-Faktor-Anmeldung neu ein.`,
      ifNotYou: `${passwordFirst} Wenden Sie sich dann an uns.`,
    },
    'recovery-begun': {
      subject: 'Jemand möchte Ihre Zwei-Faktor-Anmeldung abschalten',
      happened: () =>
        'Jemand kam über den ersten Schritt hinaus, der meist Ihr Passwort ist, und gibt an, alle Geräte Ihres Kontos seien verloren. Es wurde nichts entfernt. Dafür werden der Code aus einer anderen Nachricht an Sie und ein weiterer Nachweis gebraucht; danach beginnt eine Wartezeit, über die wir Sie informieren.',
      ifNotYou: `Nennen Sie den Code niemandem, wer auch fragt. ${passwordFirst}`,
    },
    'recovery-proved': {
      subject: 'Einer von zwei Nachweisen, um Ihre Zwei-Faktor-Anmeldung abzuschalten',
      happened: (notice) =>
        `Einer der beiden Nachweise wurde angenommen, die für das Abschalten Ihrer Zwei-Faktor-Anmeldung gebraucht werden${administrator(notice)}. Es wurde nichts entfernt.`,
      ifNotYou: `Nennen Sie niemandem einen Code, wer auch fragt. ${passwordFirst}`,
    },
    'recovery-waiting': {
      subject: 'Ihre Zwei-Faktor-Anmeldung soll abgeschaltet werden',
      happened: (notice, tell) =>
        `Beide Nachweise wurden angenommen, die für das Abschalten Ihrer Zwei-Faktor-Anmeldung gebraucht werden${witness(notice)}. Vor dem ${tell(notice.until)} wird nichts entfernt. Bis dahin, und bis der letzte Code eingegeben wurde, lässt es sich abbrechen.`,
      ifYou: 'Wenn Sie das waren, kommen Sie dann wieder: Sie erhalten noch einen Code.',
      ifNotYou: `Halten Sie es an, oder melden Sie sich mit einem Code Ihres Geräts oder einem Backup-Code an und brechen Sie es ab. ${passwordFirst}`,
    },
    'recovery-cancelled': {
      subject: 'Das Abschalten der Zwei-Faktor-Anmeldung wurde abgebrochen',
      happened: () => 'Ihre Zwei-Faktor-Anmeldung bleibt eingeschaltet. Es wurde nichts entfernt.',
      ifNotYou: passwordFirst,
    },
    'recovery-frozen': {
      subject: 'Das Abschalten der Zwei-Faktor-Anmeldung wurde angehalten',
      happened: () =>
        'Jemand hat angegeben, das Abschalten Ihrer Zwei-Faktor-Anmeldung nicht gewollt zu haben. Sie bleibt eingeschaltet, alle Anmeldungen sind beendet, und es kann erst wieder begonnen werden, wenn Sie einen Code Ihres Geräts oder einen Backup-Code eingeben oder wir es erlauben. Ihre Geräte und Backup-Codes gelten weiter.',
      ifYou: 'Wenn Sie das waren, ändern Sie jetzt Ihr Passwort: Vielleicht kennt es jemand anderes.',
      ifNotYou: 'Wenden Sie sich an uns.',
    },
    'recovery-unfrozen': {
      subject: 'Die Zwei-Faktor-Anmeldung kann wieder abgeschaltet werden',
      happened: (notice) =>
        `Das Abschalten Ihrer Zwei-Faktor-Anmeldung war angehalten. Das wurde aufgehoben${administrator(notice)}.`,
      ifNotYou: `${passwordFirst} Wenden Sie sich dann an uns.`,
    },
    'recovery-completed': {
      subject: 'Ihre Zwei-Faktor-Anmeldung wurde abgeschaltet',
      happened: (notice) =>
        `Alle Geräte und Backup-Codes wurden aus Ihrem Konto entfernt${administrator(notice)}. Jetzt schützt es nur noch Ihr Passwort: Richten Sie die Zwei-Faktor-Anmeldung neu ein.`,
      ifNotYou: `${passwordFirst} Wenden Sie sich dann an uns.`,
    },
    'recovery-code': {
      subject: 'Ein Code für den Weg zurück in Ihr Konto',
      happened: (notice, tell) =>
        `Jemand gibt an, alle Geräte Ihres Kontos seien verloren. Dieser Code ist einer von zwei Nachweisen, um Ihre Zwei-Faktor-Anmeldung abzuschalten. Er gilt bis ${tell(notice.until)}.`,
      ifYou:
        'Wenn Sie das waren, geben Sie den Code dort ein, wo Sie danach gefragt wurden. Nennen Sie ihn niemandem.',
      ifNotYou: `Nennen Sie den Code niemandem, wer auch fragt. ${passwordFirst}`,
    },
    'recovery-last-code': {
      subject: 'Der letzte Code, um die Zwei-Faktor-Anmeldung abzuschalten',
      happened: (notice, tell) =>
        `Die Wartezeit ist vorbei. Mit diesem Code wird Ihre Zwei-Faktor-Anmeldung sofort abgeschaltet. Er gilt bis ${tell(notice.until)}.`,
      ifYou:
        'Wenn Sie das waren, geben Sie den Code dort ein, wo Sie danach gefragt wurden. Nennen Sie ihn niemandem.',
      ifNotYou: `Nennen Sie den Code niemandem, wer auch fragt, und brechen Sie es ab. ${passwordFirst}`,
    },
    'contact-code': {
      subject: 'Jemand, der Ihnen vertraut, braucht einen Code von Ihnen',
      happened: (notice, tell) =>
        `Jemand${notice.label === undefined ? '' : ` (${notice.label})`} hat das Gerät verloren, mit dem er oder sie sich anmeldet, und Sie als Vertrauensperson genannt. Dafür wird dieser Code gebraucht. Er gilt bis ${tell(notice.until)}.`,
      ifYou:
        'Wenn Sie selbst danach gefragt wurden, im direkten Gespräch oder bei einem Anruf, den Sie gemacht haben, nennen Sie den Code.',
      ifNotYou:
        'Wurden Sie nicht auf diese Weise gefragt, behalten Sie den Code für sich, und geben Sie auf anderem Weg Bescheid.',
    },
    'contacts-changed': {
      subject: 'Die E-Mail-Adressen für diese Nachrichten wurden geändert',
      happened: () =>
        'Die Adressen, an die Nachrichten wie diese gehen, wurden geändert. Die alten und die neuen erhalten diese Nachricht.',
      ifNotYou: `${passwordFirst} Berichtigen Sie dann Ihre Adressen.`,
    },
    'account-erased': {
      subject: 'Ihre Zwei-Faktor-Anmeldung wurde gelöscht',
      happened: (notice) =>
        `Alle Geräte und Backup-Codes, die Adressen für diese Nachrichten und die Aufzeichnung dessen, was geschah, wurden gelöscht${administrator(notice)}. Dies ist die letzte Nachricht.`,
      ifNotYou: `${passwordFirst} Wenden Sie sich dann an uns.`,
    },
    'account-restored': {
      subject: 'Ihre Backup-Codes gelten nicht mehr',
      happened: ({ until }, tell) =>
        `Unsere Daten gingen verloren und wurden aus einer Kopie wiederhergestellt. Damit nichts, was schon benutzt wurde, noch einmal gilt, sind alle Backup-Codes, offenen Anmeldungen und vertrauten Browser beendet, und Geräte, die auf Knopfdruck einen Code erzeugen, sind abgeschaltet. Codes von Apps gelten wieder wenige Minuten nach ${tell(until)}.`,
      ifYou:
        'Melden Sie sich mit Ihrer App an und erzeugen Sie neue Backup-Codes. Sehen Sie Ihre Geräte durch: Eines, das Sie kürzlich entfernt haben, kann wieder da sein, und eines, das Sie kürzlich hinzugefügt haben, kann fehlen.',
      ifNotYou: `Wenden Sie sich an uns. ${passwordFirst}`,
    },
    'activation-code': {
      subject: 'Ein Code für Ihr neues Gerät',
      happened: (notice, tell) =>
        `${device(notice)} soll Ihrem Konto hinzugefügt werden. Es gilt, sobald dieser Code eingegeben wurde, spätestens am ${tell(notice.until)}.`,
      ifYou:
        'Wenn Sie das waren, geben Sie den Code dort ein, wo Sie das Gerät einrichten. Nennen Sie ihn niemandem.',
      ifNotYou: `Nennen Sie den Code niemandem, wer auch fragt. ${passwordFirst}`,
    },
  },
};
