/** Just enough XML for the small documents of the object storage: elements and text; attributes and namespaces are read over. */
export interface Element {
  name: string;
  children: Element[];
  /** The text in it, without that of its children. */
  text: string;
}

export class XmlError extends Error {}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescape = (text: string): string =>
  text.replace(/&(#x[\da-f]+|#\d+|\w+);/gi, (_match, name: string) => {
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1).replace(/^x/i, '0x')));
    const character = ENTITIES[name];
    if (character === undefined) throw new XmlError(`unknown entity ${name}`);
    return character;
  });

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const TOKEN = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gy;

/** The root element of a document. Throws `XmlError` when it is none. */
export const parseXml = (source: string): Element => {
  const top: Element = { name: '', children: [], text: '' };
  const open = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const token = TOKEN.exec(source);
    const current = open.at(-1) ?? top;
    if (token === null) throw new XmlError('not well-formed');
    const [, closing, name, empty, text] = token;
    if (text !== undefined) current.text += unescape(text);
    if (name === undefined) continue;
    if (closing === '/') {
      if (current.name !== name || open.length === 1) throw new XmlError(`${name} was not open`);
      open.pop();
      continue;
    }
    const element: Element = { name, children: [], text: '' };
    current.children.push(element);
    if (empty !== '/') open.push(element);
  }
  const [root] = top.children;
  if (open.length > 1 || root === undefined || top.children.length > 1 || top.text.trim() !== '') throw new XmlError('not one document');
  return root;
};

/** The children of that name. */
export const all = (element: Element, name: string): Element[] => element.children.filter((child) => child.name === name);

export const first = (element: Element, name: string): Element | undefined => all(element, name)[0];

/** The text of the child of that name; undefined when there is none or it is empty. */
export const textOf = (element: Element, name: string): string | undefined => first(element, name)?.text.trim() || undefined;

/** What an element holds: text, or elements by their names, several in a list. What is null is left out. */
export type Content = string | number | boolean | null | { [name: string]: Content | Content[] };

const writeElement = (name: string, content: Content | Content[]): string => {
  if (content === null) return '';
  if (Array.isArray(content)) return content.map((item) => writeElement(name, item)).join('');
  if (typeof content !== 'object') return `<${name}>${escape(String(content))}</${name}>`;
  const inner = Object.entries(content).map(([child, value]) => writeElement(child, value));
  return `<${name}>${inner.join('')}</${name}>`;
};

export const writeXml = (root: string, content: Content): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, content)}`;
