// Following one resource by its ETag: the server answers when it differs from
// what we hold, or 304 when the wait passed (RFC 9110 §13, RFC 7240 `wait`).
import type { Poll } from "./follow.ts";
import { type Fetch, type RequestOptions, request } from "./http.ts";

/** Makes a poll for {@link follow} that hands each new snapshot on. */
export function snapshotPoll<T>(
  fetch: Fetch,
  path: string,
  options: Pick<RequestOptions, "token">,
  onSnapshot: (value: T, response: Response) => void,
): Poll {
  let etag: string | null = null;
  return async (signal, wait) => {
    const headers: Record<string, string> = { Prefer: `wait=${wait}` };
    if (etag !== null) headers["If-None-Match"] = etag;
    const response = await request(fetch, path, { ...options, headers, signal });
    if (response.status === 304) return false;
    const value = (await response.json()) as T;
    etag = response.headers.get("ETag");
    onSnapshot(value, response);
    return true;
  };
}
