// One line that says what came of the agent's last action.
import { h, setText, show } from "../shared/dom.ts";

/** How long good news stays, in milliseconds; bad news stays until dismissed. */
const INFO_MS = 6000;

export class Notices {
  readonly root: HTMLElement;
  readonly #text = h("span", { testid: "notice-text" });

  #timer: ReturnType<typeof setTimeout> | undefined;

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
    this.#timer = setTimeout(() => this.clear(), INFO_MS);
  }

  error(text: string): void {
    this.#set(text, "error");
  }

  clear(): void {
    setText(this.#text, "");
    show(this.root, false);
  }

  #set(text: string, kind: "info" | "error"): void {
    clearTimeout(this.#timer);
    this.root.dataset.kind = kind;
    show(this.root, true);
    setText(this.#text, text);
  }
}
