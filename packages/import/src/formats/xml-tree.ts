import { SaxesParser } from 'saxes';
import { malformed } from '../json-fields.ts';
import { limits } from '../limits.ts';

/** An element without its prefix: PSKC, XML Encryption and PKCS #5 have no two elements of one name in one place. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  readonly parts: string[];
  text: string;
}

/**
 * Parses XML into a tree, within limits of depth and number.
 *
 * SECURITY: F5, no document type and no entity but the five of XML itself: a text that holds either word is refused before it
 * is parsed, and the parser refuses them again. Nothing is ever fetched (`xml-tree.test.ts`).
 *
 * @throws ImportError `import/malformed`, which quotes nothing of the text
 */
export function parseXml(text: string): XmlElement {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw malformed('XML with a document type or entities is not read');
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  parser.on('error', () => {
    throw malformed(`its XML is wrong in line ${parser.line}, column ${parser.column}`);
  });
  parser.on('doctype', () => {
    throw malformed('XML with a document type is not read');
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > limits.xmlElementsMax || open.length >= limits.xmlDepthMax)
      throw malformed('its XML is too large or too deep');
    const attributes = new Map(Object.values(tag.attributes).map(({ local, value }) => [local, value]));
    open.push({ name: tag.local, attributes, children: [], parts: [], text: '' });
  });
  const addText = (part: string): void => void open.at(-1)?.parts.push(part);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop()!;
    element.text = element.parts.join('').trim();
    element.parts.length = 0;
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  parser.write(text.trim()).close();
  if (root === null) throw malformed('it has no XML element');
  return root;
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The first element at the end of a path of names. */
export function elementAt(element: XmlElement | undefined, path: readonly string[]): XmlElement | undefined {
  return path.reduce(childOf, element);
}

/** The text at the end of a path, or an empty one. */
export function textAt(element: XmlElement | undefined, path: readonly string[]): string {
  return elementAt(element, path)?.text ?? '';
}
