// The box an agent writes in. Text leaves it only when the server has it: what
// is on its way stands above the line, what was refused comes back into it.
import { h, setText, show } from "../shared/dom.ts";
import { explain } from "../shared/http.ts";
import { uuid } from "../shared/uuid.ts";
import type { Draft, Outbox } from "./outbox.ts";

export class Composer {
  readonly root: HTMLFormElement;
  readonly #box = h("textarea", {
    testid: "send-box",
    attrs: {
      rows: "1",
      placeholder: "Write a message",
      "aria-label": "Message",
      "aria-describedby": "send-error",
    },
  });
  readonly #pending = h("ul", { class: "pending", testid: "pending" });
  readonly #error = h("p", {
    class: "field-error",
    testid: "send-error",
    attrs: { id: "send-error", role: "alert" },
  });
  #outbox: Outbox | null = null;

  constructor() {
    const send = h("button", {
      class: "primary",
      testid: "send",
      text: "Send",
      attrs: { type: "submit" },
    });
    this.root = h("form", { class: "composer" }, this.#pending, this.#box, send, this.#error);
    this.root.addEventListener("submit", (event) => this.#submit(event));
    this.#box.addEventListener("keydown", (event) => {
      // `isComposing`: Enter that confirms an input method's suggestion.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.root.requestSubmit();
    });
    this.onChange([], false);
    show(this.#error, false);
  }

  attach(outbox: Outbox): void {
    this.#outbox = outbox;
  }

  focus(): void {
    this.#box.focus();
  }

  onChange(pending: readonly Draft[], retrying: boolean): void {
    const rows = pending.map((draft, index) =>
      h(
        "li",
        {},
        h("span", { class: "ellipsis", text: draft.text }),
        h("span", {
          class: "quiet",
          text: index > 0 ? "Next" : retrying ? "Retrying…" : "Sending…",
        }),
      ),
    );
    this.#pending.replaceChildren(...rows);
    show(this.#pending, rows.length > 0);
  }

  onRefused(draft: Draft, error: unknown): void {
    this.#box.value = [draft.text, this.#box.value].filter(Boolean).join("\n");
    show(this.#error, true);
    setText(this.#error, explain(error));
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (text === "" || !this.#outbox) return;
    show(this.#error, false);
    this.#box.value = "";
    this.#outbox.add({ id: uuid(), text });
    this.#box.focus();
  }
}
