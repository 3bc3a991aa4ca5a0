// The chats that ring at this agent, newest decision first.
import { avatar } from "../shared/avatar.ts";
import { formatSpan, serverNow } from "../shared/clock.ts";
import { h, KeyedList, setText, show } from "../shared/dom.ts";
import type { Decision, Incoming } from "./contract.ts";
import { channelLabel, decisionLabel } from "./labels.ts";
import { Note } from "./note.ts";

export type Decide = (incoming: Incoming, decision: Decision) => Promise<void>;

export class IncomingList {
  readonly root: HTMLElement;
  readonly #list: KeyedList<Incoming>;
  readonly #empty = h("p", { class: "quiet", text: "Nobody is waiting for you." });
  /** Read out at once when a chat begins to ring. */
  readonly #announcer = h("p", { class: "visually-hidden", attrs: { role: "alert" } });
  readonly #timers = new Map<string, () => void>();

  constructor(decide: Decide) {
    const list = h("ul", { class: "cards", testid: "incoming" });
    this.#list = new KeyedList<Incoming>(
      list,
      (item) => item.invitation,
      (item) => this.#row(item, decide),
    );
    this.root = h(
      "section",
      { attrs: { "aria-labelledby": "incoming-title" } },
      h("h2", { text: "Incoming", attrs: { id: "incoming-title" } }),
      this.#announcer,
      list,
      this.#empty,
    );
  }

  set(incoming: readonly Incoming[]): void {
    const ringing = new Set(incoming.map((item) => item.invitation));
    for (const key of this.#timers.keys()) if (!ringing.has(key)) this.#timers.delete(key);
    const fresh = this.#list.set(incoming);
    show(this.#empty, incoming.length === 0);
    const newest = fresh.at(-1);
    if (newest) setText(this.#announcer, announcement(newest));
    if (incoming.length === 0) setText(this.#announcer, "");
  }

  /** Once a second. */
  tick(): void {
    for (const update of this.#timers.values()) update();
  }

  #row(first: Incoming, decide: Decide): { root: HTMLElement; update: (item: Incoming) => void } {
    let item = first;
    const name = h("strong", { testid: "incoming-customer" });
    const facts = h("span", { class: "quiet" });
    const told = h("ul", { class: "told quiet", testid: "incoming-parameters" });
    const preview = h("p", { class: "preview", testid: "incoming-preview" });
    const note = new Note("incoming-note");
    const waiting = h("span", { class: "quiet timer", testid: "incoming-waiting" });
    const ring = h("progress", { class: "ring", attrs: { max: "1", "aria-hidden": "true" } });

    const buttons = (["accept", "decline"] as const).map((decision) =>
      h("button", {
        class: decision === "accept" ? "primary" : "",
        testid: decision,
        text: decisionLabel(decision, first.returning),
        attrs: { type: "button" },
        on: { click: () => void act(decision) },
      }),
    );
    async function act(decision: Decision): Promise<void> {
      for (const button of buttons) button.disabled = true;
      await decide(item, decision);
      for (const button of buttons) button.disabled = false;
    }

    function tick(): void {
      const now = serverNow();
      setText(waiting, `Waiting ${formatSpan(now - Date.parse(item.waiting_since))}`);
      const until = item.rings_until === null ? null : Date.parse(item.rings_until);
      show(ring, until !== null);
      if (until === null) return;
      const whole = Math.max(1, until - Date.parse(item.offered_at));
      ring.value = Math.min(1, Math.max(0, (until - now) / whole));
    }
    this.#timers.set(first.invitation, tick);

    const root = h(
      "li",
      { class: "card ringing", testid: "incoming-card" },
      h(
        "div",
        { class: "who" },
        avatar(first.customer),
        h("div", { class: "stack" }, name, facts, waiting),
      ),
      note.root,
      preview,
      told,
      ring,
      h("div", { class: "actions" }, ...buttons),
    );
    const update = (next: Incoming): void => {
      item = next;
      setText(name, next.customer);
      const again = next.returning ? " · writes again" : "";
      setText(facts, `${next.service} · ${channelLabel(next.channel)}${again}`);
      const parameters = next.parameters ?? [];
      told.replaceChildren(
        ...parameters.map(({ label, value }) => h("li", { text: `${label}: ${value}` })),
      );
      show(told, parameters.length > 0);
      note.set(next.note);
      setText(preview, next.preview ?? "");
      show(preview, next.preview !== undefined);
      tick();
    };
    return { root, update };
  }
}

function announcement({ customer, service, returning }: Incoming): string {
  return returning
    ? `${customer} writes again: ${service}`
    : `Incoming chat: ${customer}, ${service}`;
}
