// The customer's side: a phone with one conversation on it.
import { avatar } from "../shared/avatar.ts";
import { h, setText } from "../shared/dom.ts";
import { type LogEntry, MessageLog } from "../shared/message-log.ts";
import type { DemoApi } from "./api.ts";
import type { Customer, CustomerMessage } from "./contract.ts";
import { sayForm } from "./say.ts";

export class CustomerPane {
  readonly root: HTMLElement;
  readonly #log = new MessageLog(
    "The customer's conversation",
    "customer-log",
    "Nothing written yet.",
  );
  readonly #face = h("span", { class: "face" });
  readonly #name = h("strong", { class: "ellipsis", testid: "customer-name" });

  constructor(api: DemoApi, onFailure: (error: unknown) => void) {
    const next = h("button", {
      class: "subtle",
      testid: "next-customer",
      text: "Next customer",
      attrs: { type: "button" },
      on: { click: () => void api.nextCustomer().catch(onFailure) },
    });
    const say = sayForm({
      label: "Write to Support",
      testid: "customer",
      send: (text) => api.writeAsCustomer(text),
    });
    const who = h(
      "div",
      { class: "stack grow" },
      this.#name,
      h("span", { class: "quiet", text: "Customer" }),
    );
    this.root = h(
      "section",
      { class: "phone", testid: "customer", attrs: { "aria-label": "Customer" } },
      h("header", {}, this.#face, who, next),
      this.#log.root,
      say,
    );
  }

  set(customer: Customer): void {
    if (this.#name.textContent !== customer.name) this.#face.replaceChildren(avatar(customer.name));
    setText(this.#name, customer.name);
    this.#log.sync(customer.messages.map(entry));
  }
}

function entry({ id, from, name, text, at }: CustomerMessage): LogEntry {
  const side = from === "me" ? "mine" : from === "agent" ? "theirs" : "system";
  return { key: id, side, name, text, at };
}
