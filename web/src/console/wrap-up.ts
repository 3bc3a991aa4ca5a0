// After the end: how long the agent is still spared, and the way out of it.
import { formatSpan, serverNow } from "../shared/clock.ts";
import { h, setText, show } from "../shared/dom.ts";
import type { Session } from "./contract.ts";

export class WrapUpPanel {
  readonly root: HTMLElement;
  readonly #countdown = h("span", { class: "timer", testid: "wrap-up-countdown" });
  readonly #finish = h("button", {
    testid: "finish",
    text: "Finish wrap-up",
    attrs: { type: "button" },
  });
  #until: number | null = null;

  constructor(finish: () => Promise<void>) {
    this.#finish.addEventListener("click", () => {
      this.#finish.disabled = true;
      void finish().finally(() => {
        this.#finish.disabled = false;
      });
    });
    this.root = h(
      "div",
      { class: "wrap-up", testid: "wrap-up" },
      h("strong", { text: "Wrap-up" }),
      this.#countdown,
      this.#finish,
    );
  }

  set(session: Session): void {
    show(this.root, session.phase === "wrap_up");
    this.#until = session.wrap_up_until === null ? null : Date.parse(session.wrap_up_until);
    this.tick();
  }

  /** Once a second. */
  tick(): void {
    const text =
      this.#until === null
        ? "No new chats until you finish."
        : `No new chats for ${formatSpan(this.#until - serverNow())}.`;
    setText(this.#countdown, text);
  }
}
