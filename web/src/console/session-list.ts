// "My chats": the sessions of this agent, with what is new in each.
import { avatar } from "../shared/avatar.ts";
import { h, KeyedList, setText, show } from "../shared/dom.ts";
import type { Session } from "./contract.ts";
import { phaseLabel } from "./labels.ts";

export class SessionList {
  readonly root: HTMLElement;
  readonly #list: KeyedList<Session>;
  readonly #empty = h("p", { class: "quiet", text: "Chats you accept appear here." });
  /** The newest sequence this agent has looked at, by session. */
  readonly #seen = new Map<string, number>();
  #selected: string | null = null;

  constructor(select: (session: string) => void) {
    const list = h("ul", { class: "cards", testid: "sessions" });
    this.#list = new KeyedList<Session>(
      list,
      (item) => item.session,
      (item) => this.#row(item, select),
    );
    this.root = h(
      "section",
      { attrs: { "aria-labelledby": "sessions-title" } },
      h("h2", { text: "My chats", attrs: { id: "sessions-title" } }),
      list,
      this.#empty,
    );
  }

  set(sessions: readonly Session[], selected: string | null): void {
    this.#selected = selected;
    for (const { session, last_seq } of sessions) {
      // What was there before this page opened is not news.
      if (session === selected || !this.#seen.has(session)) this.#seen.set(session, last_seq);
    }
    this.#list.set(sessions);
    show(this.#empty, sessions.length === 0);
  }

  #row(first: Session, select: (session: string) => void) {
    const name = h("strong", { class: "ellipsis" });
    const service = h("span", { class: "quiet ellipsis" });
    const phase = h("span", { class: "badge", testid: "session-phase" });
    const unread = h("span", { class: "badge count", testid: "session-unread" });
    const button = h(
      "button",
      {
        class: "card pick",
        testid: "session",
        attrs: { type: "button" },
        on: { click: () => select(first.session) },
      },
      avatar(first.customer),
      h("span", { class: "stack" }, name, service),
      h("span", { class: "stack end" }, phase, unread),
    );
    const update = (item: Session): void => {
      button.setAttribute("aria-current", String(item.session === this.#selected));
      setText(name, item.customer);
      setText(service, item.service);
      setText(phase, phaseLabel(item));
      phase.dataset.phase = item.phase;
      const news = item.last_seq - (this.#seen.get(item.session) ?? 0);
      show(unread, news > 0);
      setText(unread, String(news));
      unread.setAttribute("aria-label", `${news} new`);
    };
    return { root: h("li", {}, button), update };
  }
}
