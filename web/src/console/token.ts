// The agent's token: kept per tab, taken over once from the address.

const KEY = "beckon.token";

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

export function loadToken(store: Store): string | null {
  return store.getItem(KEY);
}

export function saveToken(store: Store, token: string): void {
  store.setItem(KEY, token);
}

export function forgetToken(store: Store): void {
  store.removeItem(KEY);
}
