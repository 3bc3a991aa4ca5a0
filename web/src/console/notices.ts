// One line that says what came of the agent's last action.
import { h, setText, show } from "../shared/dom.ts";

export class Notices {
  readonly root: HTMLElement;
  readonly #text = h("span", { testid: "notice-text" });

  constructor() {
    const close = h("button", {
      class: "subtle icon",
      text: "×",
      attrs: { type: "button", "aria-label": "Dismiss" },
      on: { click: () => this.clear() },
    });
    const attrs = { role: "status" };
    this.root = h("div", { class: "notice", testid: "notice", attrs }, this.#text, close);
    this.clear();
  }

  info(text: string): void {
    this.#set(text, "info");
  }

  error(text: string): void {
    this.#set(text, "error");
  }

  clear(): void {
    setText(this.#text, "");
    show(this.root, false);
  }

  #set(text: string, kind: "info" | "error"): void {
    this.root.dataset.kind = kind;
    show(this.root, true);
    setText(this.#text, text);
  }
}
