// A conversation as bubbles: oldest on top, following the end unless the
// reader has scrolled up.
import { formatTime } from "./clock.ts";
import { h, show } from "./dom.ts";

export interface LogEntry {
  key: string;
  side: "mine" | "theirs" | "system";
  name: string;
  text: string;
  at: string;
}

/** Messages of one person closer together than this share one name line. */
const RUN_MS = 5 * 60_000;
/** This near to the end counts as being at the end, in pixels. */
const NEAR_END = 48;

export class MessageLog {
  readonly root: HTMLElement;
  readonly #hint: HTMLElement;
  readonly #list: HTMLElement;
  readonly #seen = new Set<string>();
  #last: LogEntry | undefined;
  /** Whether the reader is at the end and wants to stay there. */
  #following = true;

  /** @param hint what stands here before the first message */
  constructor(label: string, testid: string, hint = "") {
    this.#list = h("ol", { class: "log-list" });
    // `role=log` is a polite live region: new messages are read out in order.
    const attrs = { role: "log", "aria-label": label, tabindex: "0" };
    const on = { scroll: () => this.#onScroll() };
    this.#hint = h("p", { class: "empty quiet", text: hint });
    this.root = h("div", { class: "log", testid, attrs, on }, this.#hint, this.#list);
    // The end must stay in sight when the box below grows or gives way.
    new ResizeObserver(() => this.#follow()).observe(this.root);
  }

  /** Shows these entries; those on show stay untouched unless one of them is gone. */
  sync(entries: readonly LogEntry[]): void {
    const wanted = new Set(entries.map((entry) => entry.key));
    if ([...this.#seen].some((key) => !wanted.has(key))) this.#clear();
    for (const entry of entries) {
      if (this.#seen.has(entry.key)) continue;
      this.#seen.add(entry.key);
      this.#list.append(this.#row(entry));
      this.#last = entry;
    }
    show(this.#hint, entries.length === 0);
    this.#follow();
  }

  #follow(): void {
    if (this.#following) this.root.scrollTop = this.root.scrollHeight;
  }

  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #clear(): void {
    this.#seen.clear();
    this.#last = undefined;
    this.#list.replaceChildren();
  }

  #row(entry: LogEntry): HTMLElement {
    const row = h("li", { class: `row ${entry.side}`, testid: `message-${entry.side}` });
    if (entry.side !== "system" && !this.#continues(entry)) {
      const time = h("time", { text: formatTime(entry.at), attrs: { datetime: entry.at } });
      row.append(h("div", { class: "meta" }, h("span", { text: entry.name }), time));
    }
    row.append(h("div", { class: "bubble", text: entry.text, attrs: { dir: "auto" } }));
    return row;
  }

  #continues(entry: LogEntry): boolean {
    const last = this.#last;
    return (
      last !== undefined &&
      last.side === entry.side &&
      last.name === entry.name &&
      Date.parse(entry.at) - Date.parse(last.at) < RUN_MS
    );
  }
}
