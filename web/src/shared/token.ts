// A page's token: kept per tab, taken over once from the address.

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Takes `#token=…` out of an address.
 *
 * A fragment never reaches a server or its logs; stripping it keeps the token
 * out of bookmarks, screenshots and the history too.
 */
export function takeToken(address: string): { token: string | null; address: string } {
  const url = new URL(address);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const token = fragment.get("token");
  if (token === null) return { token: null, address };
  fragment.delete("token");
  url.hash = fragment.toString();
  return { token: token || null, address: url.href };
}

/** Where a page keeps its token. */
export class TokenPlace {
  readonly #store: Store;
  readonly #key: string;

  constructor(store: Store, key: string) {
    this.#store = store;
    this.#key = key;
  }

  load(): string | null {
    return this.#store.getItem(this.#key);
  }

  save(token: string): void {
    this.#store.setItem(this.#key, token);
  }

  forget(): void {
    this.#store.removeItem(this.#key);
  }

  /** Takes the token over that the address may bring; the address is clean afterwards. */
  adopt(): void {
    const { token, address } = takeToken(location.href);
    if (token === null) return;
    this.save(token);
    history.replaceState(null, "", address);
  }
}
