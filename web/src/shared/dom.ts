// Building elements without markup: text goes in as text, never as HTML.

export interface Props {
  class?: string;
  /** `data-testid`: the stable handle for browser tests. */
  testid?: string;
  text?: string;
  attrs?: Record<string, string>;
  on?: { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (props.class) element.className = props.class;
  if (props.testid) element.dataset.testid = props.testid;
  if (props.text !== undefined) element.textContent = props.text;
  for (const [name, value] of Object.entries(props.attrs ?? {})) element.setAttribute(name, value);
  for (const [name, listener] of Object.entries(props.on ?? {})) {
    element.addEventListener(name, listener as EventListener);
  }
  element.append(...children);
  return element;
}

/** Sets the text only if it differs, so that screen readers are not told twice. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, visible: boolean): void {
  element.hidden = !visible;
}

interface Row<T> {
  root: HTMLElement;
  update(item: T): void;
}

/**
 * A list whose rows outlive updates: a row keeps its element, and with it the
 * focus and half-typed input, as long as its key stays.
 */
export class KeyedList<T> {
  readonly #parent: HTMLElement;
  readonly #key: (item: T) => string;
  readonly #create: (item: T) => Row<T>;
  readonly #rows = new Map<string, Row<T>>();

  constructor(parent: HTMLElement, key: (item: T) => string, create: (item: T) => Row<T>) {
    this.#parent = parent;
    this.#key = key;
    this.#create = create;
  }

  /** Shows exactly these items in this order; returns those shown for the first time. */
  set(items: readonly T[]): T[] {
    const fresh: T[] = [];
    const wanted = new Set(items.map(this.#key));
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      row.root.remove();
      this.#rows.delete(key);
    }
    items.forEach((item, index) => {
      const key = this.#key(item);
      let row = this.#rows.get(key);
      if (!row) {
        row = this.#create(item);
        this.#rows.set(key, row);
        fresh.push(item);
      }
      row.update(item);
      const there = this.#parent.children[index];
      if (there !== row.root) this.#parent.insertBefore(row.root, there ?? null);
    });
    return fresh;
  }
}
