/** How the Cloud API v6 shows things: references, resources and collections, nested as deep as the caller asks. */

/** Something that the API shows. `path` is where, below the API's root. */
export interface Shown {
  id: string;
  type: string;
  path: string;
  metadata?: object;
  properties?: object;
  /** Shown with its properties even where everything else is only named. */
  whole?: true;
  /** Collections inside it, by their name in the path. */
  entities?: Record<string, () => Shown[]>;
}

export interface View {
  /** Address of the API's root. */
  base: string;
  query: URLSearchParams;
}

const LARGEST_PAGE = 1000;

const reference = ({ id, type, path }: Shown, view: View): object => ({ id, type, href: `${view.base}${path}` });

const collection = (path: string, items: object[], view: View, page: { offset: number; limit: number }): object => ({
  id: path.replace(/^\//, ''),
  type: 'collection',
  href: `${view.base}${path}`,
  items,
  ...page,
});

/** One resource. At depth 0 what is inside it is only named. */
export const showResource = (shown: Shown, depth: number, view: View): object => {
  const entities = Object.entries(shown.entities ?? {}).map(([name, list]) => {
    const path = `${shown.path}/${name}`;
    if (depth < 1) return [name, { id: path.replace(/^\//, ''), type: 'collection', href: `${view.base}${path}` }];
    const items = list().map((item) => showItem(item, depth - 1, view));
    return [name, collection(path, items, view, { offset: 0, limit: LARGEST_PAGE })];
  });
  return {
    ...reference(shown, view),
    ...(shown.metadata === undefined ? {} : { metadata: shown.metadata }),
    ...(shown.properties === undefined ? {} : { properties: shown.properties }),
    ...(entities.length === 0 ? {} : { entities: Object.fromEntries(entities) as object }),
  };
};

/** An item of a collection: at depth 0 only its id, type and address, unless it is always whole. */
const showItem = (item: Shown, depth: number, view: View): object =>
  depth < 1 && item.whole !== true ? reference(item, view) : showResource(item, depth - 1, view);

const wholeNumber = (text: string | null, fallback: number): number => {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : fallback;
};

/** The depth that a call asks for; 0 when it does not say. */
export const depthOf = (query: URLSearchParams): number => wholeNumber(query.get('depth'), 0);

const matchesFilters = (item: Shown, query: URLSearchParams): boolean =>
  [...query].every(([key, wanted]) => {
    const property = /^filter\.(\w+)$/.exec(key)?.[1];
    if (property === undefined) return true;
    const value = (item.properties as Record<string, unknown> | undefined)?.[property];
    return String(value ?? '')
      .toLowerCase()
      .includes(wanted.toLowerCase());
  });

/** One page of a collection, with `filter.<property>`, `offset` and `limit` of the query applied, and links to its neighbours. */
export const showCollection = (path: string, all: readonly Shown[], view: View): object => {
  const { query } = view;
  const limit = Math.min(Math.max(wholeNumber(query.get('limit'), LARGEST_PAGE), 1), LARGEST_PAGE);
  const offset = wholeNumber(query.get('offset'), 0);
  const depth = depthOf(query);
  const matching = all.filter((item) => matchesFilters(item, query));
  const items = matching.slice(offset, offset + limit).map((item) => showItem(item, depth, view));
  const link = (start: number): string => `${view.base}${path}?offset=${start}&limit=${limit}&depth=${depth}`;
  return {
    ...collection(path, items, view, { offset, limit }),
    _links: {
      ...(offset > 0 ? { prev: link(Math.max(0, offset - limit)) } : {}),
      self: link(offset),
      ...(offset + limit < matching.length ? { next: link(offset + limit) } : {}),
    },
  };
};
