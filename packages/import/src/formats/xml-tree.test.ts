import { describe, expect, it } from 'vitest';
import { ImportError } from '../import-error.ts';
import { parseXml, textAt } from './xml-tree.ts';

const code = (text: string): string | undefined => {
  try {
    parseXml(text);
    return undefined;
  } catch (error) {
    return error instanceof ImportError ? error.code : String(error);
  }
};

describe('F5: XML without anything that XML is feared for', () => {
  it.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a billion laughs', '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>'],
    ['a document type in lower case', '<!doctype a><a/>'],
    ['an entity that is not XML\u2019s own', '<a>&x;</a>'],
    ['41 levels', `${'<a>'.repeat(41)}${'</a>'.repeat(41)}`],
    ['an element without an end', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['nothing', ''],
    ['a prefix that nobody declared', '<x:a/>'],
    ['text alone', 'hello'],
  ])('%s: refused by its code', (_, text) => {
    expect(code(text)).toBe('import/malformed');
  });

  it('the five entities of XML, numbers and CDATA are read', () => {
    const root = parseXml('<a xmlns:x="urn:x"><x:b> &lt;&amp;&#x41;<![CDATA[<c>]]> </x:b></a>');
    expect(textAt(root, ['b'])).toBe('<&A<c>');
  });

  it('an error quotes nothing of the text', () => {
    expect(() => parseXml('<a>&canary;</a>')).not.toThrow(/canary/);
    expect(() => parseXml('<a><canary></a>')).not.toThrow(/canary/);
  });
});
