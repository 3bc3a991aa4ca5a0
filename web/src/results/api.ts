// The calls of the results page, bound to one who signed in.
import { type Fetch, request } from "../shared/http.ts";
import type { Filter, Grouping, Report } from "./contract.ts";

const BASE = "/api/v1";

/** Exchanges a key, an agent's included, for a token that reads reports and does nothing else. */
export async function signIn(fetch: Fetch, key: string): Promise<string> {
  const body = { key, page: "results" };
  const response = await request(fetch, `${BASE}/sign-in`, { method: "POST", body });
  return ((await response.json()) as { token: string }).token;
}

export class ResultsApi {
  readonly #fetch: Fetch;
  readonly #token: string;

  constructor(fetch: Fetch, token: string) {
    this.#fetch = fetch;
    this.#token = token;
  }

  /** @param filter null: the last days up to now, by the server's clock. */
  async report(by: Grouping, filter: Filter | null): Promise<Report> {
    return (await (await this.#get(by, filter, "json")).json()) as Report;
  }

  /** One report for each grouping, in their order; the same one is asked for once. */
  async reports(wanted: readonly Grouping[], filter: Filter): Promise<Report[]> {
    const asked = new Map<Grouping, Promise<Report>>();
    return Promise.all(
      wanted.map((by) => {
        const report = asked.get(by) ?? this.report(by, filter);
        asked.set(by, report);
        return report;
      }),
    );
  }

  async csv(by: Grouping, filter: Filter): Promise<Blob> {
    return (await this.#get(by, filter, "csv")).blob();
  }

  #get(by: Grouping, filter: Filter | null, format: string): Promise<Response> {
    const query = new URLSearchParams({ by, format });
    for (const [name, value] of Object.entries(filter ?? {})) {
      if (value !== "") query.set(name, value);
    }
    return request(this.#fetch, `${BASE}/reports?${query}`, { token: this.#token });
  }
}
