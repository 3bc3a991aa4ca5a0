// Unacknowledged messages across a reload: kept in the tab's storage, by agent
// so that nobody ever sends what another has written.
import type { Draft } from "./outbox.ts";

export class Drafts {
  readonly #store: Storage;
  readonly #prefix: string;

  constructor(store: Storage, agent: string) {
    this.#store = store;
    this.#prefix = `beckon.outbox.${agent}.`;
  }

  load(session: string): Draft[] {
    const saved = this.#store.getItem(this.#prefix + session);
    return saved === null ? [] : (JSON.parse(saved) as Draft[]);
  }

  save(session: string, drafts: readonly Draft[]): void {
    const key = this.#prefix + session;
    if (drafts.length === 0) this.#store.removeItem(key);
    else this.#store.setItem(key, JSON.stringify(drafts));
  }
}
