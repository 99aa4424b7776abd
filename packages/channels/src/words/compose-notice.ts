import type { Delivery, Notice } from '@tidelock/engine';
import { english } from './english.ts';
import { german } from './german.ts';
import type { NoticeWords } from './notice-words.ts';

/** A mail, ready but for its addresses. */
export interface ComposedNotice {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The first one is for whoever asks for a language that is not here. */
const languages: readonly NoticeWords[] = [english, german];

/**
 * Says in somebody's language what happened, when, and what to do if it was not them. SECURITY: there is no link in it but
 * `helpUrl` and the one that stops what it tells of, and nothing that people typed (labels, actors, reasons) becomes one or becomes markup.
 */
export function composeNotice(
  { notice, locale, issuer, code, link }: Pick<Delivery, 'notice' | 'locale' | 'issuer' | 'code' | 'link'>,
  helpUrl: string | null,
): ComposedNotice {
  const words = wordsOf(locale);
  const kind = words.kinds[notice.kind];
  const tell = (seconds = notice.at): string => formatInstant(seconds, locale, words);
  const happened = kind.happened(defuseNotice(notice), tell);
  const name = defuse(issuer);
  const when = `${words.when}: ${tell()}`;
  const ifYou = kind.ifYou ?? words.itWasYou;
  const ifNotYou = `${words.itWasNotYou}: ${kind.ifNotYou}`;
  const links = [
    ...(link === undefined ? [] : [{ words: words.stop, url: link }]),
    ...(helpUrl === null ? [] : [{ words: words.help, url: helpUrl }]),
  ];
  const footer = words.footer(name);
  const codeLines = code === undefined ? [] : [`${words.code}: ${code}`];
  const last = [
    [ifNotYou, ...links.map(({ words: before, url }) => `${before}: ${url}`)].join('\n'),
    `-- \n${footer}`,
  ];
  const text = [happened, ...codeLines, when, ifYou, ...last].join('\n\n');
  const codeBlock =
    code === undefined
      ? ''
      : `<p>${escape(words.code)}: <strong style="font-size: larger;">${escape(code)}</strong></p>\n`;
  const linkBlocks = links.map(
    ({ words: before, url }) => `<p>${escape(before)}: <a href="${escape(url)}">${escape(url)}</a></p>\n`,
  );
  const html = `<!doctype html>
<html lang="${words.locale}">
<head><meta charset="utf-8"><title>${escape(kind.subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em;">
<p><strong>${escape(happened)}</strong></p>
${codeBlock}<p>${escape(when)}</p>
<p>${escape(ifYou)}</p>
<p>${escape(ifNotYou)}</p>
${linkBlocks.join('')}<p style="color: #595959; font-size: smaller;">${escape(footer)}</p>
</body>
</html>
`;
  return { subject: `${name}: ${kind.subject}`, text: `${text}\n`, html };
}

function wordsOf(locale: string): NoticeWords {
  const [language] = locale.split('-');
  return languages.find((words) => words.locale === language) ?? languages[0]!;
}

/** In the form of the reader's country, where it speaks the language of the words. Nobody knows their time zone: it is UTC. */
function formatInstant(seconds: number, locale: string, words: NoticeWords): string {
  const shown = locale.startsWith(`${words.locale}-`) ? locale : words.locale;
  const format = new Intl.DateTimeFormat(shown, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(seconds * 1000)} UTC`;
}

function defuseNotice(notice: Notice): Notice {
  const { label, actor, note } = notice;
  return {
    ...notice,
    ...(label === undefined ? {} : { label: defuse(label) }),
    ...(actor === undefined ? {} : { actor: defuse(actor) }),
    ...(note === undefined ? {} : { note: defuse(note) }),
  };
}

/** Mail programs make links of what looks like one; a word joiner behind each dot, colon, slash and @ keeps them from it. */
function defuse(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').replaceAll(/(?<=\S)[.:/@](?=\S)/g, '$&\u2060');
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
